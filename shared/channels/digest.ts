/** A digest in words: how much there is of what, then rule by rule, the worst first. */
import type { NotifiedAlert } from '../alerts/notification.ts';
import { type Locale, SEVERITIES, type Severity } from '../config/model.ts';
import { formatLasted } from '../text/durations.ts';
import { alertCount, severityWord, word } from '../text/words.ts';
import { isOver, type Named } from './alert-facts.ts';
import type { AlertWords } from './alert-words.ts';

/** What a digest says of an alert beside its labels is no longer, bytes. */
export const LINE_TEXT_BYTES = 200;

/** How many alerts fire at a severity, or are over. */
export interface Tally {
  kind: Severity | 'resolved';
  word: string;
  count: number;
}

/** The alerts of one rule. */
export interface DigestRule {
  title: string;
  /** The worst of what fires, or of everything once all is over. */
  severity: Severity;
  severityWord: string;
  isOver: boolean;
  /** `3 Firing · 1 Resolved · at least 10 matches within 5m` */
  summary: string;
  /** The worst first. */
  alerts: DigestAlert[];
}

export interface DigestAlert {
  /** What tells it from the others of its rule; empty: nothing has to. */
  name: string;
  /** `Count 12 · Duration 5m` */
  text: string;
  /** Both. */
  line: string;
  isOver: boolean;
  alert: NotifiedAlert;
  words: AlertWords;
}

export interface DigestWords {
  tallies: Tally[];
  rules: DigestRule[];
}

/** `alerts`, the most urgent first, and the same in words; `at` is the time of the decision, ms. */
export function digestOf(
  alerts: readonly NotifiedAlert[],
  words: readonly AlertWords[],
  at: number,
  locale: Locale,
): DigestWords {
  const byRule = new Map<string, [NotifiedAlert, AlertWords][]>();
  for (const [index, alert] of alerts.entries()) {
    const own = words[index];
    const members = byRule.get(alert.ruleId) ?? [];
    if (own !== undefined) byRule.set(alert.ruleId, [...members, [alert, own]]);
  }
  return {
    tallies: talliesOf(alerts, locale),
    rules: [...byRule.values()].map((members) => ruleOf(members, at, locale)),
  };
}

/** `12 alerts of 3 rules`; the title of a rule that is alone stands for it. */
export function digestTitle({ rules }: DigestWords, locale: Locale): string {
  const total = rules.reduce((sum, { alerts }) => sum + alerts.length, 0);
  const [first, ...others] = rules;
  if (first !== undefined && others.length === 0) return `${first.title} · ${alertCount(total, locale)}`;
  return locale === 'zh-CN'
    ? `${rules.length} 条规则的 ${total} 条告警`
    : `${total} alerts of ${rules.length} rules`;
}

/** `3 Critical · 1 Resolved` */
export function tallyText({ tallies }: DigestWords): string {
  return tallies.map(({ count, word }) => `${count} ${word}`).join(' · ');
}

function talliesOf(alerts: readonly NotifiedAlert[], locale: Locale): Tally[] {
  const firing = alerts.filter((alert) => !isOver(alert));
  const tallies: Tally[] = SEVERITIES.toReversed().map((kind) => ({
    kind,
    word: severityWord(kind, locale),
    count: firing.filter(({ severity }) => severity === kind).length,
  }));
  const over = alerts.length - firing.length;
  return [...tallies, { kind: 'resolved' as const, word: word('resolved', locale), count: over }].filter(
    ({ count }) => count > 0,
  );
}

function ruleOf(members: readonly [NotifiedAlert, AlertWords][], at: number, locale: Locale): DigestRule {
  const [first] = members;
  const over = members.filter(([alert]) => isOver(alert)).length;
  const severity = first?.[0].severity ?? 'info';
  const counts = [
    [members.length - over, word('firing', locale)],
    [over, word('resolved', locale)],
  ] as const;
  const same = commonTo(members.map(([, words]) => words.labels));
  const parts = counts.flatMap(([count, name]) => (count === 0 ? [] : [`${count} ${name}`]));
  return {
    title: first?.[1].title ?? '',
    severity,
    severityWord: severityWord(severity, locale),
    isOver: over === members.length,
    summary: [...parts, first?.[1].condition ?? ''].join(' · '),
    alerts: members.map(([alert, words]) => {
      const [name, text] = [nameOf(words, same), textOf(alert, words, at, locale)];
      const line = name === '' ? text : `${name} · ${text}`;
      return { name, text, line, isOver: isOver(alert), alert, words };
    }),
  };
}

/** Labels that all of several alerts have, as `name=text`. */
function commonTo([first = [], ...others]: readonly Named[][]): Set<string> {
  const texts = (labels: Named[]) => labels.map(({ name, text }) => `${name}=${text}`);
  const all = others.map((labels) => new Set(texts(labels)));
  const isAlone = others.length === 0;
  return new Set(isAlone ? [] : texts(first).filter((text) => all.every((other) => other.has(text))));
}

function nameOf({ labels }: AlertWords, same: ReadonlySet<string>): string {
  const texts = labels.map(({ name, text }) => `${name}=${text}`);
  return texts.filter((text) => !same.has(text)).join(', ') || texts.join(', ');
}

/** What it came to, and for how long it fires or did. */
function textOf(alert: NotifiedAlert, { facts, statusWord }: AlertWords, at: number, locale: Locale): string {
  const lasted = (alert.endsAt ?? Math.max(at, alert.startsAt)) - alert.startsAt;
  const value =
    facts[0] === undefined || isTime(facts[0], locale) ? [] : [`${facts[0].name} ${facts[0].text}`];
  const duration = `${word('duration', locale)} ${formatLasted(lasted, locale)}`;
  return [...(isOver(alert) ? [statusWord] : []), ...value, duration].join(' · ');
}

/** Of something new or changed there is no number to begin with. */
function isTime({ name }: Named, locale: Locale): boolean {
  return name === word('since', locale) || name === word('duration', locale);
}
