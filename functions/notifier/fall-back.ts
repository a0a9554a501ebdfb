/** Tells a receiver's fallback what one of its channels could not tell. */
import { digest } from '../../shared/alerts/identity.ts';
import type { DeliveryMessage, DispatcherMessage } from '../../shared/alerts/messages.ts';
import type { Notification, NotifiedAlert } from '../../shared/alerts/notification.ts';
import { isSignOfLife } from '../../shared/alerts/signs-of-life.ts';
import { headKey, loadEpisode } from '../../shared/alerts/store.ts';
import { forEachConcurrently } from '../../shared/concurrency.ts';
import type { ChannelConfig, Configuration, Receiver } from '../../shared/config/model.ts';
import {
  createDelivery,
  deliveryQueueGroup,
  loadPlan,
  notificationFor,
  type Plan,
  type PlannedDelivery,
  settlePlan,
} from '../../shared/deliveries/ledger.ts';
import {
  claimBeginning,
  claimEnd,
  hasBegun,
  noteStandIn,
  type StandIn,
  standInsOf,
} from '../../shared/deliveries/stand-ins.ts';
import type { Happened } from '../../shared/happenings.ts';
import type { Clock, Queue, Table } from '../../shared/ports.ts';
import { foldedBy } from '../../shared/routing/limits.ts';
import { fold } from '../dispatcher/fold.ts';

export interface FallBackDeps {
  state: Table;
  deliveries: Queue<DeliveryMessage>;
  /** For the timer of a digest. */
  alerts: Queue<DispatcherMessage>;
  clock: Clock;
  happened: Happened;
}

type InsteadOf = NonNullable<Notification['insteadOf']>;

const AT_A_TIME = 8;

/** A delivery that failed for good. */
export interface Failed {
  message: DeliveryMessage;
  plan: Plan;
  planned: PlannedDelivery;
  generation: number;
  reason: string;
}

/**
 * The plan's id derives from what is told, so that neither a repetition nor a second channel that failed to tell the
 * same has it told twice. Receivers that stand in for each other in a circle are told once each.
 */
export async function fallBack(
  deps: FallBackDeps,
  { receivers }: Configuration,
  { plan, planned, generation, reason }: Failed,
): Promise<void> {
  // The failure of a test message is told to whoever sent it.
  if (plan.trial === true) return;
  const { receiver: name } = plan.notification;
  const tried = [...(plan.tried ?? []), name];
  const fallback = receivers.find((one) => one.name === receivers.find((own) => own.name === name)?.fallback);
  if (fallback === undefined || tried.includes(fallback.name)) return;
  // Somebody may stand in since this was last tried.
  await endForStandIns(deps, { receivers }, { plan, planned, generation });
  const id = insteadId(plan.notification.id, generation, fallback.name, planned);
  const settled = await loadPlan(deps.state, id);
  if (settled !== undefined) return await carryOut(deps, settled);
  const insteadOf = { receiver: name, channel: planned.kind, reason };
  const standIn = { name: fallback.name, receiver: name, id };
  const original = notificationFor(plan, planned);
  const { at, alerts } = await newsFor(deps, original.alerts, standIn, insteadOf);
  if (alerts.length > 0) await tellInstead(deps, fallback, { ...original, at, alerts, id, insteadOf }, tried);
}

/**
 * What a stand-in was not told by another message, as it stands now; nothing where only the rest of it goes on. Ends
 * are claimed first: they settle the message's time (`at`, ms), which whatever it tells as firing is noted with.
 */
async function newsFor(
  deps: FallBackDeps,
  told: readonly NotifiedAlert[],
  standIn: StandIn,
  insteadOf: InsteadOf,
): Promise<Pick<Notification, 'at' | 'alerts'>> {
  const { state } = deps;
  const now = deps.clock();
  const alerts = [...told];
  await forEachConcurrently([...told.entries()], AT_A_TIME, async ([index, alert]) => {
    if (alert.status === 'resolved') return;
    await noteStandIn(state, alert, standIn, insteadOf, now);
    // What this very message has begun to tell is not told otherwise where it is repeated.
    if (!(await hasBegun(state, alert, standIn))) alerts[index] = await asItStands(deps, alert);
  });
  const ended = alerts.filter(({ status }) => status === 'resolved');
  const { at, claimed } = await claimEnds(deps, ended, standIn);
  const news = new Set<NotifiedAlert>(claimed);
  let isAllOld = claimed.length === 0;
  await forEachConcurrently(alerts, AT_A_TIME, async (alert) => {
    if (alert.status === 'resolved') return;
    const claim = await claimBeginning(state, alert, standIn, at);
    if (claim !== 'ended') news.add(alert);
    isAllOld &&= claim !== 'first';
  });
  const left = alerts.filter((alert) => news.has(alert));
  return { at, alerts: isAllOld && left.length < told.length ? [] : left };
}

/** The ends that a message is to tell, and the time (ms) that it is to bear. */
async function claimEnds(
  { state, clock }: FallBackDeps,
  ended: readonly NotifiedAlert[],
  standIn: StandIn,
): Promise<{ at: number; claimed: NotifiedAlert[] }> {
  const now = clock();
  const times = await Promise.all(ended.map((alert) => claimEnd(state, alert, standIn, now)));
  const at = Math.max(now, ...times.map((time) => time ?? 0));
  return { at, claimed: ended.filter((_, index) => times[index] !== undefined) };
}

/** The receiver may have been tried for hours, and may have heard of the end by another message meanwhile. */
async function asItStands({ state, clock }: FallBackDeps, alert: NotifiedAlert): Promise<NotifiedAlert> {
  if (alert.status === 'resolved') return alert;
  const episode = await loadEpisode(state, headKey(alert.ruleId, alert.fingerprint));
  const isSame = episode?.alert.startsAt === alert.startsAt;
  if (episode === undefined || (isSame && episode.alert.status === 'firing')) return alert;
  const endsAt = isSame ? episode.alert.endsAt : episode.alert.startsAt;
  return { ...alert, status: 'resolved', endsAt: endsAt ?? clock(), alreadyOver: true };
}

/**
 * Who stood in for a receiver with a beginning is told of the end as well, whether or not the receiver itself hears of
 * that again. May be repeated; where the receiver cannot be reached either, the fallback is told once all the same.
 */
export async function endForStandIns(
  deps: FallBackDeps,
  { receivers }: Pick<Configuration, 'receivers'>,
  { plan, planned, generation }: Pick<Failed, 'plan' | 'planned' | 'generation'>,
): Promise<void> {
  const { receiver: name, id: notificationId, alerts } = plan.notification;
  if (plan.trial === true || receivers.find((own) => own.name === name)?.fallback == null) return;
  const ended = planned.alerts.flatMap((at) => {
    const alert = alerts[at];
    return alert === undefined || isOpen(alert) ? [] : [{ at, alert }];
  });
  const heard = new Map<string, { insteadOf: InsteadOf; ended: number[] }>();
  await forEachConcurrently(ended, AT_A_TIME, async ({ at, alert }) => {
    for (const [standIn, insteadOf] of await standInsOf(deps.state, alert, name)) {
      const one = heard.get(standIn) ?? { insteadOf, ended: [] };
      one.ended.push(at);
      heard.set(standIn, one);
    }
  });
  for (const [standIn, { insteadOf, ended }] of heard) {
    const receiver = receivers.find((one) => one.name === standIn);
    const tried = [...(plan.tried ?? []), name];
    if (receiver === undefined || tried.includes(standIn)) continue;
    const part = { ...planned, status: 'resolved' as const, alerts: ended.sort((a, b) => a - b) };
    const id = insteadId(notificationId, generation, standIn, part);
    const message = { ...notificationFor(plan, part), id, insteadOf };
    const { at, claimed } = await claimEnds(deps, message.alerts, { name: standIn, receiver: name, id });
    if (claimed.length > 0) await tellInstead(deps, receiver, { ...message, at, alerts: claimed }, tried);
  }
}

/** The same for whoever tells the same, by whichever channel. */
function insteadId(
  notificationId: string,
  generation: number,
  receiver: string,
  { alerts, status }: Pick<PlannedDelivery, 'alerts' | 'status'>,
): string {
  return digest([notificationId, generation, receiver, alerts, status]);
}

async function tellInstead(
  deps: FallBackDeps,
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

/** May be repeated. */
async function carryOut(deps: FallBackDeps, plan: Plan): Promise<void> {
  if (plan.folded === undefined) await enqueue(deps, plan);
  else await keepForDigest(deps, plan.notification, plan.folded);
}

/** What the fallback's limit leaves no room for. */
async function keepForDigest(deps: FallBackDeps, notification: Notification, folded: string): Promise<void> {
  const { receiver, groupLabels, reason, alerts } = notification;
  deps.happened({ type: 'flush', receiver, groupLabels, result: 'folded', reason: `${reason}; ${folded}` });
  await fold(
    deps,
    notification,
    [...alerts.keys()].filter((at) => isOpen(alerts[at])),
  );
}

function isOpen(alert: NotifiedAlert | undefined): boolean {
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

async function enqueue(deps: FallBackDeps, { notification, deliveries }: Plan): Promise<void> {
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
