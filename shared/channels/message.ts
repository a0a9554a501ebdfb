import type { Notification, NotifiedAlert } from '../alerts/notification.ts';
import { type Locale, SEVERITIES, type Severity } from '../config/model.ts';
import { cutBytes, oneLine } from '../text/plain.ts';
import { formatTime } from '../text/times.ts';
import { severityWord, word } from '../text/words.ts';
import {
  type AlertWords,
  alertWords,
  isOver,
  LABEL_BYTES_MAX,
  type Named,
  named,
  TITLE_BYTES_MAX,
} from './alert-words.ts';

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
