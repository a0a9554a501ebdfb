/** What a receiver is told in another's stead: by which of its channels, or by its next digest. */
import type { DeliveryMessage, DispatcherMessage } from '../../shared/alerts/messages.ts';
import type { Notification, NotifiedAlert } from '../../shared/alerts/notification.ts';
import { isSignOfLife } from '../../shared/alerts/signs-of-life.ts';
import type { ChannelConfig, Receiver } from '../../shared/config/model.ts';
import {
  createDelivery,
  deliveryQueueGroup,
  type Plan,
  type PlannedDelivery,
  settlePlan,
} from '../../shared/deliveries/ledger.ts';
import type { Happened } from '../../shared/happenings.ts';
import type { Clock, Queue, Table } from '../../shared/ports.ts';
import { foldedBy } from '../../shared/routing/limits.ts';
import { fold } from '../dispatcher/fold.ts';

export interface TellInsteadDeps {
  state: Table;
  deliveries: Queue<DeliveryMessage>;
  /** For the timer of a digest. */
  alerts: Queue<DispatcherMessage>;
  clock: Clock;
  happened: Happened;
}

/** Settles and enqueues what a receiver is told in another's stead; `tried`: the receivers before it. May be repeated. */
export async function tellInstead(
  deps: TellInsteadDeps,
  receiver: Receiver,
  about: Notification,
  tried: string[],
): Promise<void> {
  const deliveries = deliveriesOf(receiver, about);
  if (deliveries.length === 0) return;
  const notification: Notification = { ...about, receiver: receiver.name };
  const { at } = notification;
  const folded = await foldedBy(deps.state, receiver, notification.alerts, at);
  const drawn = { notification, members: [], deliveries, tried };
  const drawnPlan: Plan = folded === null ? drawn : { ...drawn, deliveries: [], folded };
  await carryOut(deps, await settlePlan(deps.state, drawnPlan, at));
}

/** Enqueues what was settled. May be repeated. */
export async function carryOut(deps: TellInsteadDeps, plan: Plan): Promise<void> {
  if (plan.folded === undefined) await enqueue(deps, plan);
  else await keepForDigest(deps, plan.notification, plan.folded);
}

/** What the fallback's limit leaves no room for. */
async function keepForDigest(
  deps: TellInsteadDeps,
  notification: Notification,
  folded: string,
): Promise<void> {
  const { receiver, groupLabels, reason, alerts } = notification;
  deps.happened({ type: 'flush', receiver, groupLabels, result: 'folded', reason: `${reason}; ${folded}` });
  await fold(
    deps,
    notification,
    [...alerts.keys()].filter((at) => isOpen(alerts[at])),
  );
}

/** Whether whoever hears of it hears that something fires, or fired. */
export function isOpen(alert: NotifiedAlert | undefined): boolean {
  return alert?.status === 'firing' || alert?.alreadyOver === true;
}

function isWanted({ settings }: ChannelConfig, alert: NotifiedAlert): boolean {
  const { severities, sendResolved } = settings;
  if (severities !== null && !severities.includes(alert.severity)) return false;
  return sendResolved || alert.status === 'firing' || alert.alreadyOver || isSignOfLife(alert.ruleId);
}

/** Every channel of the fallback hears of what it wants to hear of. */
function deliveriesOf({ channels }: Receiver, { alerts }: Notification): PlannedDelivery[] {
  return channels.flatMap((channel, index) => {
    const { kind } = channel;
    const position = channels.slice(0, index).filter((other) => other.kind === kind).length;
    const wanted = [...alerts.keys()].filter((at) => isWanted(channel, alerts[at] as NotifiedAlert));
    if (wanted.length === 0) return [];
    const open = wanted.some((at) => isOpen(alerts[at]));
    return [
      { id: `${kind}#${position}`, kind, position, status: open ? 'firing' : 'resolved', alerts: wanted },
    ];
  });
}

async function enqueue(deps: TellInsteadDeps, { notification, deliveries }: Plan): Promise<void> {
  const now = deps.clock();
  const { id, at, receiver, status, reason, groupLabels } = notification;
  const alerts = notification.alerts.map(({ status, labels, startsAt, endsAt, value }) => {
    return { status, labels, startsAt, endsAt, value };
  });
  deps.happened({ type: 'notification', id, at, receiver, status, reason, groupLabels, alerts });
  for (const { id: delivery } of deliveries) await createDelivery(deps.state, id, delivery, now);
  await deps.deliveries.send(
    deliveries.map(({ id: delivery }) => ({
      body: { version: 1, type: 'delivery', notificationId: id, delivery, notBefore: now },
      group: deliveryQueueGroup(receiver, delivery),
    })),
  );
}
