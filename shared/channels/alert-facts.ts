/** What is known of an alert, as names and values in the reader's words. */
import type { NotifiedAlert } from '../alerts/notification.ts';
import type { Locale } from '../config/model.ts';
import { describeCondition, formatValue } from '../text/condition.ts';
import { formatLasted } from '../text/durations.ts';
import { formatNumber } from '../text/numbers.ts';
import { cutBytes, oneLine } from '../text/plain.ts';
import { formatTime } from '../text/times.ts';
import { type Word, word } from '../text/words.ts';

export interface Named {
  name: string;
  text: string;
}

/** Who reads a message: in which language, in which zone. */
export interface Reader {
  locale: Locale;
  timeZone: string;
}

export const LABEL_BYTES_MAX = 256;

/** Whether the reader need not act on it any more. */
export function isOver(alert: NotifiedAlert): boolean {
  return alert.status === 'resolved' || alert.alreadyOver;
}

/** What the alert fires at, on one line and bounded. */
export function conditionWords(alert: NotifiedAlert, locale: Locale): string {
  return cutBytes(oneLine(describeCondition(alert.condition, locale)), LABEL_BYTES_MAX);
}

/** What it came to: the peak once it is over, for the last value then is the one that ended it. */
export function valueWords(alert: NotifiedAlert, locale: Locale): string {
  return formatValue(alert.condition, isOver(alert) ? alert.peak : alert.value, locale);
}

/** The facts, what matters most first; `at` is the time of the decision, ms. */
export function factsOf(alert: NotifiedAlert, at: number, reader: Reader): Named[] {
  const { locale, timeZone } = reader;
  const fact = (name: Word, text: string): Named => ({
    name: word(name, locale),
    text: cutBytes(oneLine(text), LABEL_BYTES_MAX),
  });
  const lasting = (until: number) => formatLasted(until - alert.startsAt, locale);
  const since = formatTime(alert.startsAt, timeZone);
  const peak = formatValue(alert.condition, alert.peak, locale);
  if (isOver(alert)) {
    return [
      ...(saysNumber(alert) ? [fact('peak', peak)] : []),
      ...(alert.endsAt === null ? [] : [fact('duration', lasting(alert.endsAt))]),
      ...measuredFacts(alert, locale),
      fact('since', since),
      ...(alert.endsAt === null ? [] : [fact('ended', formatTime(alert.endsAt, timeZone))]),
      fact('condition', conditionWords(alert, locale)),
    ];
  }
  const risen = saysNumber(alert) && alert.peak !== alert.value;
  return [
    ...(saysNumber(alert) ? [fact(valueName(alert), valueWords(alert, locale))] : []),
    ...(risen ? [fact('peak', peak)] : []),
    ...measuredFacts(alert, locale),
    fact('since', at > alert.startsAt ? `${since} (${lasting(at)})` : since),
    fact('condition', conditionWords(alert, locale)),
  ];
}

/** Of something new or changed the number of times says nothing. */
function saysNumber({ condition }: NotifiedAlert): boolean {
  return condition.kind !== 'novel' && condition.kind !== 'change';
}

function valueName({ condition }: NotifiedAlert): Word {
  switch (condition.kind) {
    case 'count':
      return 'count';
    case 'ratio':
      return 'share';
    case 'distinct':
      return 'distinctValues';
    case 'absent':
      return 'silentFor';
    case 'consecutive':
      return 'inARow';
    case 'spike':
      return 'multiple';
    default:
      return 'value';
  }
}

/** What is behind the value (`Run.measured`), for the conditions that say more than one number. */
function measuredFacts({ condition, measured = {} }: NotifiedAlert, locale: Locale): Named[] {
  const number = (name: string) => {
    const value = measured[name];
    return typeof value === 'number' ? formatNumber(value) : null;
  };
  const facts: [Word, string | null][] = [];
  switch (condition.kind) {
    case 'ratio':
      facts.push(['matchedOf', joined(' / ', number('matched'), number('of'))]);
      break;
    case 'distinct':
      facts.push(['atLeast', number('atLeast')]);
      break;
    case 'value':
      facts.push(['samples', number('samples')]);
      if (measured.unreadable !== 0) facts.push(['unreadable', number('unreadable')]);
      break;
    case 'spike':
      facts.push(['nowAndBefore', joined(' / ', number('now'), number('before'))]);
      break;
    case 'anomaly':
      facts.push(['baseline', joined(' ± ', number('mean'), number('deviation'))]);
      facts.push(['deviation', withUnit(number('deviations'), 'σ')]);
      break;
    case 'change':
      facts.push(['changed', joined(' → ', textOf(measured.before), textOf(measured.now))]);
      break;
    default:
      break;
  }
  return facts.flatMap(([name, text]) =>
    text === null ? [] : [{ name: word(name, locale), text: cutBytes(oneLine(text), LABEL_BYTES_MAX) }],
  );
}

function joined(sign: string, left: string | null, right: string | null): string | null {
  return left === null || right === null ? null : `${left}${sign}${right}`;
}

function withUnit(text: string | null, unit: string): string | null {
  return text === null ? null : `${text}${unit}`;
}

function textOf(value: string | number | undefined): string | null {
  return value === undefined ? null : String(value);
}
