import type { AlertLinks, NotifiedAlert } from '../alerts/notification.ts';
import type { Locale, Severity } from '../config/model.ts';
import { describeCondition, formatValue, windowOf } from '../text/condition.ts';
import { formatDuration } from '../text/durations.ts';
import { cutBytes, oneLine, plainText } from '../text/plain.ts';
import { fillTemplate } from '../text/template.ts';
import { formatClock, formatTime } from '../text/times.ts';
import { acknowledgedBy, severityWord, word } from '../text/words.ts';
import { insightsLink } from './insights-link.ts';

export interface Named {
  name: string;
  text: string;
}

export interface AlertWords {
  title: string;
  severity: Severity;
  severityWord: string;
  status: 'firing' | 'resolved';
  statusWord: string;
  /** The rule's annotation `summary`, filled in. */
  summary: string | null;
  /** The annotations `summary` and `runbook` aside. */
  annotations: Named[];
  /** The condition in words; it also stands among the facts. */
  condition: string;
  facts: Named[];
  labels: Named[];
  lines: LineWords[];
  logsUrl: string | null;
  runbookUrl: string | null;
  /** Where to look and act; null: there is no responder. */
  links: AlertLinks | null;
  /** What the reader must know besides. */
  notes: string[];
  series: NotifiedAlert['series'];
}

export interface LineWords {
  /** Time of day in the reader's zone. */
  at: string;
  text: string;
  origin: string;
}

const LINES_MAX = 5;
const LINE_BYTES_MAX = 2048;
export const LABEL_BYTES_MAX = 256;
export const TITLE_BYTES_MAX = 300;
const TEXT_BYTES_MAX = 2000;
const URL_LENGTH_MAX = 1000;
/** Log lines may be written a little later than the window they count in. */
const LINK_MARGIN_MS = 60_000;

interface Reader {
  locale: Locale;
  timeZone: string;
}

/** Names and values, on one line and bounded. */
export function named(values: Record<string, string>): Named[] {
  return Object.entries(values).map(([name, text]) => ({
    name: cutBytes(oneLine(name), LABEL_BYTES_MAX),
    text: cutBytes(oneLine(text), LABEL_BYTES_MAX),
  }));
}

/** Whether the reader need not act on it any more. */
export function isOver(alert: NotifiedAlert): boolean {
  return alert.status === 'resolved' || alert.alreadyOver;
}

function statusWordOf(alert: NotifiedAlert, locale: Locale): string {
  if (alert.alreadyOver) return word('alreadyOver', locale);
  return word(alert.status, locale);
}

function conditionWords(alert: NotifiedAlert, locale: Locale): string {
  return cutBytes(oneLine(describeCondition(alert.condition, locale)), LABEL_BYTES_MAX);
}

function factsOf(alert: NotifiedAlert, { locale, timeZone }: Reader): Named[] {
  const measure = (value: number) => formatValue(alert.condition, value, locale);
  const fact = (name: Parameters<typeof word>[0], text: string) => ({
    name: word(name, locale),
    text: cutBytes(oneLine(text), LABEL_BYTES_MAX),
  });
  const valueName = alert.condition.kind === 'count' ? 'count' : 'value';
  const facts = [
    isOver(alert) ? fact('peak', measure(alert.peak)) : fact(valueName, measure(alert.value)),
    fact('condition', conditionWords(alert, locale)),
    fact('since', formatTime(alert.startsAt, timeZone)),
  ];
  if (alert.endsAt !== null) {
    facts.push(
      fact('ended', formatTime(alert.endsAt, timeZone)),
      fact('duration', formatDuration(alert.endsAt - alert.startsAt, locale)),
    );
  }
  if (!isOver(alert) && alert.peak !== alert.value) facts.push(fact('peak', measure(alert.peak)));
  return facts;
}

function webAddress(text: string | undefined): string | null {
  const address = oneLine(text ?? '');
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return null;
  const { href } = new URL(address);
  return href.length <= URL_LENGTH_MAX ? href : null;
}

function notesOf(alert: NotifiedAlert, { locale, timeZone }: Reader): string[] {
  const notes: string[] = [];
  if (alert.acknowledged) {
    const by = cutBytes(oneLine(alert.acknowledged.by), LABEL_BYTES_MAX);
    notes.push(acknowledgedBy(by, formatTime(alert.acknowledged.at, timeZone), locale));
  }
  if (alert.alreadyOver) notes.push(word('alreadyOverNote', locale));
  if (alert.endReason !== null) {
    notes.push(`${word('endReason', locale)}: ${cutBytes(oneLine(alert.endReason), TEXT_BYTES_MAX)}`);
  }
  return notes;
}

function linkOf(alert: NotifiedAlert, at: number): string | null {
  const end = alert.endsAt ?? Math.max(at, alert.startsAt);
  const window = windowOf(alert.condition) ?? 0;
  return insightsLink(alert.source, alert.startsAt - window - LINK_MARGIN_MS, end + LINK_MARGIN_MS);
}

/** One alert in the reader's words; `at` is the time of the decision, ms. */
export function alertWords(alert: NotifiedAlert, at: number, reader: Reader): AlertWords {
  const { locale, timeZone } = reader;
  // What it came to, once it is over: the last value then is the one that ended it.
  const value = formatValue(alert.condition, isOver(alert) ? alert.peak : alert.value, locale);
  const fill = (template: string) =>
    cutBytes(plainText(fillTemplate(template, alert, value)), TEXT_BYTES_MAX);
  const { summary, runbook, ...others } = alert.annotations;
  return {
    title: cutBytes(oneLine(alert.title) || alert.ruleId, TITLE_BYTES_MAX),
    severity: alert.severity,
    severityWord: severityWord(alert.severity, locale),
    status: alert.status,
    statusWord: statusWordOf(alert, locale),
    summary: summary === undefined ? null : fill(summary),
    annotations: Object.entries(others).map(([name, text]) => ({
      name: cutBytes(oneLine(name), LABEL_BYTES_MAX),
      text: fill(text),
    })),
    condition: conditionWords(alert, locale),
    facts: factsOf(alert, reader),
    labels: named(alert.labels).filter(({ name }) => name !== 'rule' && name !== 'severity'),
    lines: alert.lines.slice(0, LINES_MAX).map((line) => ({
      at: formatClock(line.at, timeZone),
      text: cutBytes(plainText(line.message).trimEnd(), LINE_BYTES_MAX),
      origin: cutBytes(oneLine(`${line.logGroup} ${line.logStream}`), LABEL_BYTES_MAX),
    })),
    logsUrl: linkOf(alert, at),
    runbookUrl: webAddress(runbook),
    links: alert.links ?? null,
    notes: notesOf(alert, reader),
    series: alert.series,
  };
}

/** What can be done about an alert, the most urgent first; one of many says less, its page has the rest. */
export function actionsOf(
  { links }: AlertWords,
  locale: Locale,
  brief: boolean,
): { label: string; url: string }[] {
  if (links === null) return [];
  const actions: [string, string | null][] = [
    [word('acknowledge', locale), links.acknowledge],
    [word('silenceHour', locale), brief ? null : links.silence],
    [word('alertPage', locale), links.view],
  ];
  return actions.flatMap(([label, url]) => (url === null ? [] : [{ label, url }]));
}
