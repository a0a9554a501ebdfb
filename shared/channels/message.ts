import type { Notification, NotifiedAlert } from '../alerts/notification.ts';
import { type Locale, SEVERITIES, type Severity } from '../config/model.ts';
import { describeCondition, formatValue, windowOf } from '../text/condition.ts';
import { formatDuration } from '../text/durations.ts';
import { cutBytes, oneLine, plainText } from '../text/plain.ts';
import { fillTemplate } from '../text/template.ts';
import { formatClock, formatTime } from '../text/times.ts';
import { severityWord, word } from '../text/words.ts';
import { insightsLink } from './insights-link.ts';

/**
 * A notification in words, the same for every channel: channels only lay it out and escape it for their medium.
 * All text is free of control characters and bounded, nothing in it is escaped.
 */
export interface Message {
  id: string;
  locale: Locale;
  timeZone: string;
  status: 'firing' | 'resolved';
  /** The worst of what is firing, or of everything once all has resolved. */
  severity: Severity;
  title: string;
  statusWord: string;
  severityWord: string;
  groupLabels: Named[];
  /** Firing before resolved, the worst first. */
  alerts: AlertWords[];
  /** Where and when it was decided, for the last line. */
  footer: Named[];
}

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
  facts: Named[];
  labels: Named[];
  lines: LineWords[];
  logsUrl: string | null;
  runbookUrl: string | null;
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
const LABEL_BYTES_MAX = 256;
const TITLE_BYTES_MAX = 300;
const TEXT_BYTES_MAX = 2000;
const URL_LENGTH_MAX = 1000;
/** Log lines may be written a little later than the window they count in. */
const LINK_MARGIN_MS = 60_000;

interface Reader {
  locale: Locale;
  timeZone: string;
}

function named(values: Record<string, string>): Named[] {
  return Object.entries(values).map(([name, text]) => ({
    name: cutBytes(oneLine(name), LABEL_BYTES_MAX),
    text: cutBytes(oneLine(text), LABEL_BYTES_MAX),
  }));
}

function isOver(alert: NotifiedAlert): boolean {
  return alert.status === 'resolved' || alert.alreadyOver;
}

function statusWordOf(alert: NotifiedAlert, locale: Locale): string {
  if (alert.alreadyOver) return word('alreadyOver', locale);
  return word(alert.status, locale);
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
    fact('condition', describeCondition(alert.condition, locale)),
    fact('since', formatTime(alert.startsAt, timeZone)),
  ];
  if (alert.endsAt !== null) {
    facts.push(
      fact('ended', formatTime(alert.endsAt, timeZone)),
      fact('duration', formatDuration(alert.endsAt - alert.startsAt, locale)),
    );
  }
  if (!isOver(alert) && alert.peak > alert.value) facts.push(fact('peak', measure(alert.peak)));
  return facts;
}

function webAddress(text: string | undefined): string | null {
  const address = oneLine(text ?? '');
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return null;
  const { href } = new URL(address);
  return href.length <= URL_LENGTH_MAX ? href : null;
}

function notesOf(alert: NotifiedAlert, locale: Locale): string[] {
  const notes: string[] = [];
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

function alertWords(alert: NotifiedAlert, at: number, reader: Reader): AlertWords {
  const { locale, timeZone } = reader;
  const fill = (template: string) =>
    cutBytes(
      plainText(fillTemplate(template, alert, formatValue(alert.condition, alert.value, locale))),
      TEXT_BYTES_MAX,
    );
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
    facts: factsOf(alert, reader),
    labels: named(alert.labels).filter(({ name }) => name !== 'rule' && name !== 'severity'),
    lines: alert.lines.slice(0, LINES_MAX).map((line) => ({
      at: formatClock(line.at, timeZone),
      text: cutBytes(plainText(line.message).trimEnd(), LINE_BYTES_MAX),
      origin: cutBytes(oneLine(`${line.logGroup} ${line.logStream}`), LABEL_BYTES_MAX),
    })),
    logsUrl: linkOf(alert, at),
    runbookUrl: webAddress(runbook),
    notes: notesOf(alert, locale),
    series: alert.series,
  };
}

function urgency(alert: NotifiedAlert): number {
  return (isOver(alert) ? 0 : SEVERITIES.length) + SEVERITIES.indexOf(alert.severity);
}

/** All rules of the notification by title, the worst first; a label of the group tells instances apart. */
function titleOf(notification: Notification, sorted: NotifiedAlert[]): string {
  const titles = [...new Set(sorted.map((alert) => oneLine(alert.title) || alert.ruleId))];
  const [first = notification.receiver] = titles;
  const others = titles.length - 1;
  const values = Object.entries(notification.groupLabels)
    .filter(([name]) => name !== 'rule' && name !== 'severity')
    .map(([, value]) => cutBytes(oneLine(value), 80));
  const head = others === 0 ? first : `${first} +${others}`;
  return cutBytes([head, ...values.filter((value) => value !== '')].join(' · '), TITLE_BYTES_MAX);
}

function worst(alerts: NotifiedAlert[]): Severity {
  const levels = alerts.map((alert) => SEVERITIES.indexOf(alert.severity));
  return SEVERITIES[Math.max(0, ...levels)] ?? 'info';
}

/**
 * Puts a notification into the reader's words. Pure; times are shown in `timeZone`.
 * @throws RangeError where the zone is unknown; the configuration's schema refuses such zones.
 */
export function composeMessage(notification: Notification, locale: Locale, timeZone: string): Message {
  const sorted = notification.alerts.toSorted((a, b) => urgency(b) - urgency(a) || a.startsAt - b.startsAt);
  const open = sorted.filter((alert) => alert.status === 'firing');
  const severity = worst(open.length > 0 ? open : sorted);
  const allOver = sorted.length > 0 && sorted.every((alert) => alert.alreadyOver);
  return {
    id: notification.id,
    locale,
    timeZone,
    status: notification.status,
    severity,
    title: titleOf(notification, sorted),
    statusWord: word(allOver ? 'alreadyOver' : notification.status, locale),
    severityWord: severityWord(severity, locale),
    groupLabels: named(notification.groupLabels),
    alerts: sorted.map((alert) => alertWords(alert, notification.at, { locale, timeZone })),
    footer: [
      { name: word('receiver', locale), text: cutBytes(oneLine(notification.receiver), LABEL_BYTES_MAX) },
      { name: word('sent', locale), text: formatTime(notification.at, timeZone) },
      { name: 'ID', text: cutBytes(oneLine(notification.id), LABEL_BYTES_MAX) },
    ],
  };
}
