import type { Notification } from '../../shared/alerts/notification.ts';
import type { Outcome } from '../../shared/channels/channel.ts';
import { notificationFor, type Plan, type PlannedDelivery } from '../../shared/deliveries/ledger.ts';
import type { Happened } from '../../shared/happenings.ts';
import { REPEATED } from '../../shared/routing/flush.ts';

/** Says what became of an attempt at `at` (ms). */
export function report(
  { happened }: { happened: Happened },
  plan: Plan,
  planned: PlannedDelivery,
  outcome: Outcome,
  at: number,
): void {
  const notification = notificationFor(plan, planned);
  const { id, receiver, groupLabels, status, alerts } = notification;
  happened({
    type: 'delivery',
    id,
    at,
    receiver,
    channel: planned.kind,
    status,
    outcome: outcome.outcome,
    reason: outcome.outcome === 'delivered' ? null : outcome.reason,
    lagMs: outcome.outcome === 'delivered' ? lagOf(notification, at) : null,
    groupLabels,
    alerts: alerts.map(({ status, labels, value }) => ({ status, labels, value })),
  });
}

function lagOf({ status, reason, alerts }: Notification, at: number): number | null {
  if (status === 'resolved' || reason === REPEATED) return null;
  return at - alerts.reduce((newest, { startsAt }) => Math.max(newest, startsAt), 0);
}
