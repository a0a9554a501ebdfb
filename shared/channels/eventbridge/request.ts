import type { Notification, NotifiedAlert } from '../../alerts/notification.ts';
import type { BusEvent } from '../../ports.ts';
import { byteLength, cutBytes, oneLine, plainText } from '../../text/plain.ts';
import { shortened } from '../shorten.ts';

/** PutEvents: 256 KB a request and 10 entries; an entry counts its detail, type and source (EventBridge User Guide). */
const ENTRIES_MAX = 10;
const REQUEST_BYTES_MAX = 250_000;
const DETAIL_BYTES_MAX = 200_000;
const ENTRY_OVERHEAD_BYTES = 200;

/** `Alert Firing` and `Alert Resolved` are what rules of a bus match; other transitions are named alike. */
function detailTypeOf(status: string): string {
  return `Alert ${status.slice(0, 1).toUpperCase()}${status.slice(1)}`;
}

const isoOrNull = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

function cutAll(values: Record<string, string>, bytes: number): Record<string, string> {
  const entries = Object.entries(values).map(([name, text]) => [
    oneLine(name),
    cutBytes(plainText(text), bytes),
  ]);
  return Object.fromEntries(entries);
}

function detailOf(notification: Notification, alert: NotifiedAlert): string {
  const { id, receiver, reason, groupLabels, incident, insteadOf } = notification;
  return shortened(
    (room) =>
      JSON.stringify({
        version: '1',
        notification: {
          id,
          receiver,
          reason,
          groupLabels,
          incident: incident ?? null,
          insteadOf: insteadOf ?? null,
        },
        rule: alert.ruleId,
        title: cutBytes(oneLine(alert.title), 300),
        severity: alert.severity,
        status: alert.status,
        fingerprint: alert.fingerprint,
        labels: cutAll(alert.labels, room.labelBytes),
        annotations: cutAll(alert.annotations, room.textBytes),
        startsAt: isoOrNull(alert.startsAt),
        endsAt: isoOrNull(alert.endsAt),
        alreadyOver: alert.alreadyOver,
        value: alert.value,
        peak: alert.peak,
        endReason: alert.endReason,
        acknowledged: alert.acknowledged?.by ?? null,
        logGroups: alert.source.logGroups,
        lines: alert.lines.slice(0, room.lines).map(({ at, message, logGroup, logStream, shown = [] }) => ({
          at: isoOrNull(at),
          message: cutBytes(plainText(message), room.lineBytes),
          logGroup,
          logStream,
          fields: Object.fromEntries(
            shown.map(({ label, value }) => [label, cutBytes(plainText(value), 256)]),
          ),
        })),
      }),
    (detail) => byteLength(detail) <= DETAIL_BYTES_MAX,
  );
}

/** One event for each alert of the notification: its transition, with its identity and what is known of it. */
export function eventsOf(notification: Notification): BusEvent[] {
  return notification.alerts.map((alert) => ({
    detailType: detailTypeOf(alert.status),
    detail: detailOf(notification, alert),
    time: notification.at,
  }));
}

/** The events in requests that keep to the limits. */
export function batchesOf(events: readonly BusEvent[]): BusEvent[][] {
  const batches: BusEvent[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const event of events) {
    const size = byteLength(event.detail) + ENTRY_OVERHEAD_BYTES;
    const current = batches.at(-1);
    if (current === undefined || current.length === ENTRIES_MAX || bytes + size > REQUEST_BYTES_MAX) {
      batches.push([event]);
      bytes = size;
    } else {
      current.push(event);
      bytes += size;
    }
  }
  return batches;
}
