/** Tells a receiver's fallback what one of its channels could not tell, and whoever stood in for it of the ends. */
import { digest } from '../../shared/alerts/identity.ts';
import type { DeliveryMessage } from '../../shared/alerts/messages.ts';
import type { Notification, NotifiedAlert } from '../../shared/alerts/notification.ts';
import { headKey, loadEpisode } from '../../shared/alerts/store.ts';
import { forEachConcurrently } from '../../shared/concurrency.ts';
import type { Configuration } from '../../shared/config/model.ts';
import {
  loadPlan,
  notificationFor,
  type Plan,
  type PlannedDelivery,
} from '../../shared/deliveries/ledger.ts';
import {
  claimBeginning,
  claimEnd,
  hasBegun,
  noteStandIn,
  type StandIn,
  standInsOf,
} from '../../shared/deliveries/stand-ins.ts';
import { carryOut, isOpen, type TellInsteadDeps, tellInstead } from './tell-instead.ts';

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
  deps: TellInsteadDeps,
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
  const { at, alerts } = await newsFor(deps, original, standIn, insteadOf);
  if (alerts.length > 0) await tellInstead(deps, fallback, { ...original, at, alerts, id, insteadOf }, tried);
}

/**
 * What a stand-in was not told by another message, as it stands now; nothing where only the rest of it goes on. Ends
 * are claimed first: they settle the message's time (`at`, ms), which whatever it tells as firing is noted with.
 */
async function newsFor(
  deps: TellInsteadDeps,
  { at: saidAt, alerts: told }: Notification,
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
    const claim = await claimBeginning(state, alert, standIn, at, saidAt);
    if (claim !== 'no news') news.add(alert);
    isAllOld &&= claim !== 'first';
  });
  const left = alerts.filter((alert) => news.has(alert));
  return { at, alerts: isAllOld && left.length < told.length ? [] : left };
}

/** The ends that a message is to tell, and the time (ms) that it is to bear. */
async function claimEnds(
  { state, clock }: TellInsteadDeps,
  ended: readonly NotifiedAlert[],
  standIn: StandIn,
): Promise<{ at: number; claimed: NotifiedAlert[] }> {
  let at = clock();
  const isClaimed = new Set<NotifiedAlert>();
  await forEachConcurrently([...ended], AT_A_TIME, async (alert) => {
    const notBefore = await claimEnd(state, alert, standIn, clock());
    if (notBefore === undefined) return;
    isClaimed.add(alert);
    at = Math.max(at, notBefore);
  });
  return { at, claimed: ended.filter((alert) => isClaimed.has(alert)) };
}

/** The receiver may have been tried for hours, and may have heard of the end by another message meanwhile. */
async function asItStands({ state, clock }: TellInsteadDeps, alert: NotifiedAlert): Promise<NotifiedAlert> {
  if (alert.status === 'resolved') return alert;
  const episode = await loadEpisode(state, headKey(alert.ruleId, alert.fingerprint));
  const isSame = episode?.alert.startsAt === alert.startsAt;
  if (episode === undefined || (isSame && episode.alert.status === 'firing')) return alert;
  const endsAt = isSame ? episode.alert.endsAt : episode.alert.startsAt;
  return { ...alert, status: 'resolved', endsAt: endsAt ?? clock(), alreadyOver: true };
}

/**
 * Who stood in for a receiver with a beginning is told of the end as well, whether or not the receiver itself hears of
 * that again, and whether or not it still has that fallback. May be repeated; where the receiver cannot be reached
 * either, the fallback is told once all the same.
 */
export async function endForStandIns(
  deps: TellInsteadDeps,
  { receivers }: Pick<Configuration, 'receivers'>,
  { plan, planned, generation }: Pick<Failed, 'plan' | 'planned' | 'generation'>,
): Promise<void> {
  const { receiver: name, id: notificationId, alerts } = plan.notification;
  if (plan.trial === true) return;
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
