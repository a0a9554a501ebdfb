import type { Notification, NotifiedAlert } from '../alerts/notification.ts';
import { type ChannelOptions, type Locale, SEVERITIES, type Severity } from '../config/model.ts';
import { cutBytes, oneLine } from '../text/plain.ts';
import { reasonText } from '../text/reasons.ts';
import { fillTemplate } from '../text/template.ts';
import { formatTime } from '../text/times.ts';
import { foldedWords, insteadOfWords, severityWord, word } from '../text/words.ts';
import { isOver, LABEL_BYTES_MAX, type Named, type Reader } from './alert-facts.ts';
import { type AlertWords, alertWords, named, TITLE_BYTES_MAX, templateValues } from './alert-words.ts';
import { saysAlive } from './alive.ts';
import { type DigestWords, digestOf, digestTitle } from './digest.ts';

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
  /** Status and title: what a message begins with. */
  headline: string;
  severityWord: string;
  /** What the reader must know of the whole message, such as that it is a digest. */
  notes: string[];
  groupLabels: Named[];
  /** Firing before resolved, the worst first. */
  alerts: AlertWords[];
  /** The same by rule, where it is a digest of several; null: it is none. */
  digest: DigestWords | null;
  /** Where and when it was decided, for the last line. */
  footer: Named[];
}

function urgency(alert: NotifiedAlert): number {
  return (isOver(alert) ? 0 : SEVERITIES.length) + SEVERITIES.indexOf(alert.severity);
}

/** All rules of the notification by title, the worst first; a label of the group tells instances apart. */
function titleOf(notification: Notification, sorted: NotifiedAlert[], locale: Locale): string {
  if (saysAlive(notification)) return word('alive', locale);
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

/** Why it is told, where the alerts themselves do not show it: quiet that ends, escalation. */
const NOTEWORTHY = / ended: | ends at |^escalated: /;
const REASON_BYTES_MAX = 600;

function notesOf({ folded, insteadOf, reason: why }: Notification, { locale, timeZone }: Reader): string[] {
  const notes: string[] = [];
  if (NOTEWORTHY.test(why)) notes.push(cutBytes(oneLine(reasonText(why, locale)), REASON_BYTES_MAX));
  if (insteadOf !== undefined) {
    const [receiver, reason] = [insteadOf.receiver, insteadOf.reason].map((text) =>
      cutBytes(oneLine(text), 300),
    );
    notes.push(insteadOfWords(receiver ?? '', insteadOf.channel, reason ?? '', locale));
  }
  if (folded !== undefined) {
    notes.push(foldedWords(folded.notifications, formatTime(folded.since, timeZone), locale));
  }
  return notes;
}

function statusWordOf(notification: Notification, locale: Locale): string {
  const { alerts, folded, status } = notification;
  if (folded !== undefined) return word('digest', locale);
  if (saysAlive(notification)) return word('goodNews', locale);
  const allOver = alerts.length > 0 && alerts.every((alert) => alert.alreadyOver);
  return word(allOver ? 'alreadyOver' : status, locale);
}

/** The receiver's templates; null: the usual words. */
type Templates = Pick<ChannelOptions, 'title' | 'body'>;

/**
 * Puts a notification into the reader's words. Pure; times are shown in the reader's zone. A receiver's `title` is
 * filled from the most urgent alert.
 * @throws RangeError where the zone is unknown; the configuration's schema refuses such zones.
 */
export function composeMessage(
  notification: Notification,
  reader: Reader,
  { title, body }: Templates = { title: null, body: null },
): Message {
  const { locale, timeZone } = reader;
  const { at, receiver } = notification;
  const sorted = notification.alerts.toSorted((a, b) => urgency(b) - urgency(a) || a.startsAt - b.startsAt);
  const open = sorted.filter((alert) => alert.status === 'firing');
  const severity = worst(open.length > 0 ? open : sorted);
  const [first] = sorted;
  const isDigest = notification.folded !== undefined && sorted.length > 1;
  const written =
    title === null || first === undefined || saysAlive(notification)
      ? ''
      : cutBytes(oneLine(fillTemplate(title, templateValues(first, at, receiver, reader))), TITLE_BYTES_MAX);
  const alerts = sorted.map((alert) => alertWords(alert, at, reader, { receiver, body }));
  const digest = isDigest ? digestOf(sorted, alerts, at, locale) : null;
  const own = digest === null ? titleOf(notification, sorted, locale) : digestTitle(digest, locale);
  const [shownTitle, statusWord] = [written || own, statusWordOf(notification, locale)];
  return {
    id: notification.id,
    locale,
    timeZone,
    status: notification.status,
    severity,
    title: shownTitle,
    statusWord,
    headline: `${statusWord}${locale === 'zh-CN' ? '：' : ': '}${shownTitle}`,
    severityWord: severityWord(severity, locale),
    notes: notesOf(notification, reader),
    groupLabels: named(notification.groupLabels),
    alerts,
    digest,
    footer: [
      { name: word('receiver', locale), text: cutBytes(oneLine(receiver), LABEL_BYTES_MAX) },
      { name: word('sent', locale), text: formatTime(at, timeZone) },
      { name: 'ID', text: cutBytes(oneLine(notification.id), LABEL_BYTES_MAX) },
    ],
  };
}

/** A notification as a channel with these options tells it; `defaultTimeZone` is the document's. */
export function messageFor(
  notification: Notification,
  options: ChannelOptions,
  defaultTimeZone: string,
): Message {
  const reader = { locale: options.locale, timeZone: options.timeZone ?? defaultTimeZone };
  return composeMessage(notification, reader, options);
}
