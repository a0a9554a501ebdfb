import { digest } from '../../alerts/identity.ts';
import type { Notification } from '../../alerts/notification.ts';
import { byteLength, cutBytes, oneLine } from '../../text/plain.ts';
import { word } from '../../text/words.ts';
import type { AlertWords } from '../alert-words.ts';
import { lineText } from '../line-text.ts';
import type { Message } from '../message.ts';
import { type Room, shortened } from '../shorten.ts';

/** Events API v2: 512 KB an event, 1,024 characters of summary. */
const EVENT_BYTES_MAX = 500_000;
const SUMMARY_LENGTH_MAX = 1024;

export type Action = 'trigger' | 'acknowledge' | 'resolve';

/**
 * What the notification does to its incident, in order. What was over before anybody could be told opens one and
 * closes it, for no end will follow.
 */
export function actionsFor({ status, alerts }: Notification): Action[] {
  if (status === 'resolved') return ['resolve'];
  if (alerts.length > 0 && alerts.every(({ alreadyOver }) => alreadyOver)) return ['trigger', 'resolve'];
  const firing = alerts.filter((alert) => alert.status === 'firing');
  const isAcknowledged = firing.length > 0 && firing.every(({ acknowledged }) => acknowledged != null);
  return isAcknowledged ? ['acknowledge'] : ['trigger'];
}

/** One incident of PagerDuty for each of ours. */
function dedupKey({ incident, receiver, groupKey }: Notification): string {
  return `tocsin-${incident ?? digest([receiver, groupKey])}`;
}

function detailsOf(alert: AlertWords, room: Room): Record<string, unknown> {
  const named = (list: AlertWords['facts'], bytes: number) =>
    Object.fromEntries(list.map(({ name, text }) => [name, cutBytes(text, bytes)]));
  return {
    title: alert.title,
    status: alert.statusWord,
    severity: alert.severityWord,
    ...(alert.summary === null ? {} : { summary: cutBytes(alert.summary, room.textBytes) }),
    ...named(alert.facts, room.textBytes),
    labels: named(alert.labels.slice(0, room.labels), room.labelBytes),
    ...named(alert.annotations, room.textBytes),
    ...(alert.notes.length === 0 ? {} : { notes: alert.notes.map((note) => cutBytes(note, room.textBytes)) }),
    lines: alert.lines.slice(0, room.lines).map((line) => lineText(line, room.lineBytes)),
  };
}

function linksOf(message: Message): { href: string; text: string }[] {
  const [first] = message.alerts;
  const links: [string, string | null | undefined][] = [
    [word('alertPage', message.locale), first?.links?.view],
    [word('openLogs', message.locale), first?.logsUrl],
    [word('runbook', message.locale), first?.runbookUrl],
  ];
  return links.flatMap(([text, href]) => (href == null ? [] : [{ href, text }]));
}

function payloadOf(notification: Notification, message: Message, room: Room): object {
  const [first] = notification.alerts;
  const logGroups = first?.source.logGroups ?? [];
  return {
    summary: message.headline.slice(0, SUMMARY_LENGTH_MAX),
    source: cutBytes(oneLine(logGroups.join(', ')), 256) || 'tocsin',
    severity: message.severity,
    timestamp: new Date(first?.startsAt ?? notification.at).toISOString(),
    ...(first === undefined ? {} : { class: first.ruleId }),
    group: cutBytes(message.groupLabels.map(({ name, text }) => `${name}=${text}`).join(', '), 256),
    custom_details: {
      ...(message.notes.length === 0 ? {} : { notes: message.notes }),
      alerts: message.alerts.slice(0, room.alerts).map((alert) => detailsOf(alert, room)),
      more: Math.max(0, message.alerts.length - room.alerts),
      notification: notification.id,
      receiver: notification.receiver,
    },
  };
}

/** One event (PagerDuty, "Send an event to PagerDuty", Events API v2), shortened to what is taken. */
export function eventOf(
  notification: Notification,
  message: Message,
  action: Action,
  routingKey: string,
): string {
  const head = { routing_key: routingKey, event_action: action, dedup_key: dedupKey(notification) };
  if (action !== 'trigger') return JSON.stringify(head);
  const links = linksOf(message);
  const client = links[0] === undefined ? {} : { client_url: links[0].href };
  return shortened(
    (room) => {
      const payload = payloadOf(notification, message, room);
      return JSON.stringify({ ...head, client: 'tocsin', ...client, links, payload });
    },
    (event) => byteLength(event) <= EVENT_BYTES_MAX,
  );
}
