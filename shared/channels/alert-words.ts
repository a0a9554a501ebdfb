import type { AlertLinks, NotifiedAlert } from '../alerts/notification.ts';
import { ALIVE } from '../alerts/signs-of-life.ts';
import type { Locale, Severity } from '../config/model.ts';
import { thresholdText, windowOf } from '../text/condition.ts';
import { formatLasted } from '../text/durations.ts';
import { cutLine } from '../text/example-line.ts';
import { flappingWords } from '../text/flapping.ts';
import { cutBytes, oneLine, plainText } from '../text/plain.ts';
import { reasonText } from '../text/reasons.ts';
import { fillTemplate, type TemplateValues } from '../text/template.ts';
import { formatClock, formatTime } from '../text/times.ts';
import { acknowledgedBy, severityChangeWords, severityWord, word } from '../text/words.ts';
import { type ChartWords, chartOf } from './alert-chart.ts';
import {
  conditionWords,
  factsOf,
  LABEL_BYTES_MAX,
  type Named,
  type Reader,
  valueWords,
} from './alert-facts.ts';
import { aliveWords } from './alive.ts';
import { insightsLink } from './insights-link.ts';

export type { Named, Reader } from './alert-facts.ts';

export interface AlertWords {
  title: string;
  severity: Severity;
  severityWord: string;
  status: 'firing' | 'resolved';
  statusWord: string;
  /** The receiver's `body` or the rule's annotation `summary`, filled in. */
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
  /** null: there is little to see. */
  chart: ChartWords | null;
}

export interface LineWords {
  /** Time of day in the reader's zone. */
  at: string;
  text: string;
  origin: string;
  /** The fields that the rule shows. */
  shown: Named[];
}

const LINES_MAX = 5;
const SHOWN_MAX = 10;
const LINE_BYTES_MAX = 2048;
export const TITLE_BYTES_MAX = 300;
const TEXT_BYTES_MAX = 2000;
const URL_LENGTH_MAX = 1000;
/** Log lines may be written a little later than the window they count in. */
const LINK_MARGIN_MS = 60_000;

/** Names and values, on one line and bounded. */
export function named(values: Record<string, string>): Named[] {
  return Object.entries(values).map(([name, text]) => ({
    name: cutBytes(oneLine(name), LABEL_BYTES_MAX),
    text: cutBytes(oneLine(text), LABEL_BYTES_MAX),
  }));
}

/** The alert's title, its rule where that is empty; on one line and bounded. */
export function titleWords(alert: NotifiedAlert): string {
  return cutBytes(oneLine(alert.title) || alert.ruleId, TITLE_BYTES_MAX);
}

function statusWordOf(alert: NotifiedAlert, locale: Locale): string {
  return word(alert.alreadyOver ? 'alreadyOver' : alert.status, locale);
}

function webAddress(text: string | undefined): string | null {
  const address = oneLine(text ?? '');
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return null;
  const { href } = new URL(address);
  return href.length <= URL_LENGTH_MAX ? href : null;
}

function notesOf(alert: NotifiedAlert, { locale, timeZone }: Reader): string[] {
  const { severity, severityBefore, acknowledged = null, flapping } = alert;
  const notes: string[] = [];
  if (severityBefore !== undefined && severityBefore !== severity) {
    notes.push(severityChangeWords(severityBefore, severity, locale));
  }
  if (acknowledged !== null) {
    const by = cutBytes(oneLine(acknowledged.by), LABEL_BYTES_MAX);
    notes.push(acknowledgedBy(by, formatTime(acknowledged.at, timeZone), locale));
  }
  if (flapping !== undefined) {
    notes.push(flappingWords(flapping.transitions, flapping.withinMs, locale));
  }
  if (alert.alreadyOver) notes.push(word('alreadyOverNote', locale));
  if (alert.endReason !== null) {
    const reason = reasonText(alert.endReason, locale);
    notes.push(`${word('endReason', locale)}: ${cutBytes(oneLine(reason), TEXT_BYTES_MAX)}`);
  }
  return notes;
}

function linkOf(alert: NotifiedAlert, at: number): string | null {
  const end = alert.endsAt ?? Math.max(at, alert.startsAt);
  const window = windowOf(alert.condition) ?? 0;
  return insightsLink(alert.source, alert.startsAt - window - LINK_MARGIN_MS, end + LINK_MARGIN_MS);
}

/** What templates can say of an alert. */
export function templateValues(
  alert: NotifiedAlert,
  at: number,
  receiver: string,
  reader: Reader,
): TemplateValues {
  const { locale, timeZone } = reader;
  return {
    labels: alert.labels,
    value: valueWords(alert, locale),
    peak: valueWords({ ...alert, value: alert.peak }, locale),
    threshold: thresholdText(alert.condition, locale) ?? '',
    condition: conditionWords(alert, locale),
    severity: severityWord(alert.severity, locale),
    status: statusWordOf(alert, locale),
    title: titleWords(alert),
    rule: alert.ruleId,
    receiver,
    startsAt: formatTime(alert.startsAt, timeZone),
    endsAt: alert.endsAt === null ? '' : formatTime(alert.endsAt, timeZone),
    duration: formatLasted((alert.endsAt ?? Math.max(at, alert.startsAt)) - alert.startsAt, locale),
    line: alert.lines[0]?.message ?? '',
  };
}

function linesOf(alert: NotifiedAlert, timeZone: string): LineWords[] {
  return alert.lines.slice(0, LINES_MAX).map((line) => ({
    at: formatClock(line.at, timeZone),
    text: cutLine(plainText(line.message).trimEnd(), LINE_BYTES_MAX),
    origin: cutBytes(oneLine(`${line.logGroup} ${line.logStream}`), LABEL_BYTES_MAX),
    shown: (line.shown ?? [])
      .slice(0, SHOWN_MAX)
      .filter(({ value }) => value !== '')
      .flatMap(({ label, value }) => named({ [label.replace(/^\$\./, '')]: value })),
  }));
}

function fillerFor(values: TemplateValues): (template: string) => string {
  return (template) => cutBytes(plainText(fillTemplate(template, values)).trim(), TEXT_BYTES_MAX);
}

/** The annotations with what their templates stand for at `at` (ms), by their names. */
export function filledAnnotations(alert: NotifiedAlert, at: number, reader: Reader): Record<string, string> {
  const fill = fillerFor(templateValues(alert, at, '', reader));
  return Object.fromEntries(Object.entries(alert.annotations).map(([name, text]) => [name, fill(text)]));
}

/**
 * One alert in the reader's words; `at` is the time of the decision, ms. `body` is the receiver's template in place
 * of the rule's summary.
 */
export function alertWords(
  alert: NotifiedAlert,
  at: number,
  reader: Reader,
  { receiver, body }: { receiver: string; body: string | null } = { receiver: '', body: null },
): AlertWords {
  if (alert.ruleId === ALIVE) return aliveWords(alert, reader);
  const { locale, timeZone } = reader;
  const fill = fillerFor(templateValues(alert, at, receiver, reader));
  const { summary, runbook, ...others } = alert.annotations;
  const text = body ?? summary;
  return {
    title: titleWords(alert),
    severity: alert.severity,
    severityWord: severityWord(alert.severity, locale),
    status: alert.status,
    statusWord: statusWordOf(alert, locale),
    summary: text === undefined ? null : fill(text) || null,
    annotations: Object.entries(others).map(([name, text]) => ({
      name: cutBytes(oneLine(name), LABEL_BYTES_MAX),
      text: fill(text),
    })),
    condition: conditionWords(alert, locale),
    facts: factsOf(alert, at, reader),
    labels: named(alert.labels).filter(({ name }) => name !== 'rule' && name !== 'severity'),
    lines: linesOf(alert, timeZone),
    logsUrl: linkOf(alert, at),
    runbookUrl: webAddress(runbook === undefined ? undefined : fill(runbook)),
    links: alert.links ?? null,
    notes: notesOf(alert, { locale, timeZone }),
    chart: chartOf(alert, at, locale),
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
