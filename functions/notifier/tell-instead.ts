/** What a receiver is told in another's stead: by which of its channels, or by its next digest. */
import type { DeliveryMessage, DispatcherMessage } from '../../shared/alerts/messages.ts';
import type { Notification, NotifiedAlert } from '../../shared/alerts/notification.ts';
import { isSignOfLife } from '../../shared/alerts/signs-of-life.ts';
import type { ChannelConfig, Receiver } from '../../shared/config/model.ts';
import { announce, enqueueDeliveries } from '../../shared/deliveries/enqueue.ts';
import { type Plan, type PlannedDelivery, settlePlan } from '../../shared/deliveries/ledger.ts';
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

/** Says and enqueues what was settled, or keeps for a digest what the receiver's limit leaves no room for. May be repeated. */
export async function carryOut(deps: TellInsteadDeps, plan: Plan): Promise<void> {
  const { notification, folded } = plan;
  const { alerts } = notification;
  announce(deps, plan);
  if (folded === undefined) return await enqueueDeliveries(deps, plan, deps.clock());
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
