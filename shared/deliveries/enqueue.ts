/** A settled plan on its way: said, written down delivery by delivery, enqueued. */
import type { DeliveryMessage } from '../alerts/messages.ts';
import type { Happened } from '../happenings.ts';
import type { Queue, Table } from '../ports.ts';
import { createDelivery, deliveryQueueGroup, type Plan } from './ledger.ts';

/** Says that a plan was decided on; what a digest tells later, and a plan without deliveries, is no notification. */
export function announce({ happened }: { happened: Happened }, plan: Plan): void {
  const { notification, deliveries, folded } = plan;
  const { id, at, receiver, status, reason, groupLabels } = notification;
  if (folded !== undefined)
    happened({ type: 'flush', receiver, groupLabels, result: 'folded', reason: `${reason}; ${folded}` });
  if (deliveries.length === 0) return;
  const alerts = notification.alerts.map(({ status, labels, startsAt, endsAt, value }) => {
    return { status, labels, startsAt, endsAt, value };
  });
  happened({ type: 'notification', id, at, receiver, status, reason, groupLabels, alerts });
}

/** Writes a plan's deliveries down and enqueues them. May be repeated. `now`: ms, from when they are to be tried. */
export async function enqueueDeliveries(
  { state, deliveries: queue }: { state: Table; deliveries: Queue<DeliveryMessage> },
  { notification: { id, receiver }, deliveries }: Plan,
  now: number,
): Promise<void> {
  for (const { id: delivery } of deliveries) await createDelivery(state, id, delivery, now);
  await queue.send(
    deliveries.map(({ id: delivery }) => ({
      body: { version: 1, type: 'delivery', notificationId: id, delivery, notBefore: now },
      group: deliveryQueueGroup(receiver, delivery),
    })),
  );
}
