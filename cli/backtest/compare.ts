import type { Notified } from '../../shared/happenings.ts';

export interface Changed {
  change: 'added' | 'removed';
  notification: Notified;
}

/** What the new rules send and the old did not, and the other way round, in time order. */
export function compareNotified(old: readonly Notified[], now: readonly Notified[]): Changed[] {
  const left = new Map<string, Notified[]>();
  for (const notification of old) {
    const key = keyOf(notification);
    left.set(key, [...(left.get(key) ?? []), notification]);
  }
  const added = now.filter((notification) => left.get(keyOf(notification))?.pop() === undefined);
  const changes = [
    ...[...left.values()].flat().map((notification): Changed => ({ change: 'removed', notification })),
    ...added.map((notification): Changed => ({ change: 'added', notification })),
  ];
  return changes.sort((a, b) => a.notification.at - b.notification.at);
}

/** Notifications that say the same to the same at the same time. */
function keyOf({ at, receiver, status, groupLabels, alerts }: Notified): string {
  const said = alerts.map(({ status: now, labels, value }) => [now, Object.entries(labels).sort(), value]);
  return JSON.stringify([at, receiver, status, Object.entries(groupLabels).sort(), said]);
}
