/**
 * A group's timer rang: claim the flush, decide, write the plan down, create and enqueue its deliveries, note what
 * was told, set the next timer. Each step may be repeated; the plan keeps a repetition from saying something else.
 */
import { digest } from '../../shared/alerts/identity.ts';
import type { DeliveryMessage, DispatcherMessage, FlushMessage } from '../../shared/alerts/messages.ts';
import { refreshed } from '../../shared/alerts/refresh.ts';
import { forEachConcurrently } from '../../shared/concurrency.ts';
import type { Configuration, Receiver } from '../../shared/config/model.ts';
import {
  createDelivery,
  loadPlan,
  type Plan,
  type PlannedDelivery,
  settlePlan,
} from '../../shared/deliveries/ledger.ts';
import type { FlushResult, Happened } from '../../shared/happenings.ts';
import type { Clock, Queue, Table } from '../../shared/ports.ts';
import { membersFor } from '../../shared/routing/audience.ts';
import { decideFlush, type FlushDecision, statusOf } from '../../shared/routing/flush.ts';
import {
  claimFlush,
  finishFlush,
  type GroupHead,
  loadHead,
  loadMembers,
  markTold,
  notePlans,
  removeGroup,
  type StoredMember,
  withoutOver,
} from '../../shared/routing/groups.ts';

/** So many alerts to a notification; more are told in several, so that none is left out and each can be stored. */
const ALERTS_PER_NOTIFICATION = 50;
/** Lines and charts of so many alerts travel with a notification; messages show no more. */
const DETAILED_ALERTS = 10;
const AT_A_TIME = 8;

export interface FlushDeps {
  state: Table;
  alerts: Queue<DispatcherMessage>;
  deliveries: Queue<DeliveryMessage>;
  clock: Clock;
  happened: Happened;
}

export async function flushGroup(
  deps: FlushDeps,
  configuration: Configuration,
  message: FlushMessage,
): Promise<void> {
  const { groupId, sequence } = message;
  const known = await loadHead(deps.state, groupId);
  if (known === undefined || known.sequence !== sequence) return;
  if (known.nextFlushAt > deps.clock()) return await setTimer(deps, groupId, sequence, known.nextFlushAt);
  const head = await claimFlush(deps.state, groupId, sequence, deps.clock());
  if (head === undefined) return;
  const members = await withoutOver(deps.state, await loadMembers(deps.state, groupId));
  const decision = decideFlush(members, head.lastSentAt, head.route.repeatIntervalMs, deps.clock());
  const plans = await plansOf(deps, configuration, groupId, head, decision);
  for (const plan of plans) await carryOut(deps, plan);
  await goOn(deps, groupId, head, plans.length > 0);
}

/** The plans of this flush: those that an interrupted try has written down, or new ones by the decision. */
async function plansOf(
  deps: FlushDeps,
  configuration: Configuration,
  groupId: string,
  head: GroupHead,
  decision: FlushDecision,
): Promise<Plan[]> {
  if (head.planIds !== undefined) {
    const stored = await Promise.all(head.planIds.map((id) => loadPlan(deps.state, id)));
    return stored.filter((plan) => plan !== undefined);
  }
  const receiver = configuration.receivers.find(({ name }) => name === head.route.receiver);
  report(deps, head, receiver, decision);
  if (!decision.send || receiver === undefined) return [];
  const plans: Plan[] = [];
  const members = decision.members as StoredMember[];
  for (let start = 0; start < members.length; start += ALERTS_PER_NOTIFICATION) {
    const part = members.slice(start, start + ALERTS_PER_NOTIFICATION);
    const plan = await draw(deps, groupId, head, receiver, { ...decision, members: part });
    plans.push(await settlePlan(deps.state, plan, deps.clock()));
  }
  await notePlans(
    deps.state,
    groupId,
    head.sequence,
    plans.map(({ notification }) => notification.id),
  );
  for (const plan of plans) announce(deps, plan);
  return plans;
}

function announce(deps: FlushDeps, { notification, deliveries }: Plan): void {
  if (deliveries.length === 0) return;
  const { id, at, receiver, status, reason, groupLabels } = notification;
  const alerts = notification.alerts.map(({ status, labels, startsAt, endsAt, value }) => {
    return { status, labels, startsAt, endsAt, value };
  });
  deps.happened({ type: 'notification', id, at, receiver, status, reason, groupLabels, alerts });
}

function report(
  deps: FlushDeps,
  head: GroupHead,
  receiver: Receiver | undefined,
  { send, reason }: FlushDecision,
) {
  const { groupLabels, route } = head;
  const { result, why } = send
    ? audienceOf(receiver, route.receiver)
    : { result: 'nothing to tell' as const, why: null };
  const said = why === null ? reason : `${reason}, but ${why}`;
  deps.happened({ type: 'flush', receiver: route.receiver, groupLabels, result, reason: said });
}

function audienceOf(
  receiver: Receiver | undefined,
  name: string,
): { result: FlushResult; why: string | null } {
  if (receiver === undefined)
    return { result: 'withheld', why: `there is no receiver ${name}; it is told once there is` };
  if (receiver.channels.length === 0) return { result: 'withheld', why: `receiver ${name} is a mute` };
  return { result: 'sent', why: null };
}

async function draw(
  deps: FlushDeps,
  groupId: string,
  head: GroupHead,
  receiver: Receiver,
  { members, reason }: FlushDecision,
): Promise<Plan> {
  const stored = members as StoredMember[];
  const now = deps.clock();
  const alerts = await Promise.all(
    stored.map(async ({ alert, generation }, index) => {
      const current = alert.status === 'firing' ? await refreshed(deps.state, alert, generation, now) : alert;
      return index < DETAILED_ALERTS ? current : { ...current, lines: [], series: [] };
    }),
  );
  const content = stored.map(({ seq, alert }) => [alert.fingerprint, alert.startsAt, alert.status, seq]);
  const repeated = reason === 'repeat interval elapsed' ? head.lastSentAt : null;
  const notification = {
    version: 1 as const,
    id: digest([groupId, content, repeated]),
    receiver: receiver.name,
    status: statusOf(stored),
    reason,
    groupKey: `${head.route.id}:${groupId}`,
    groupLabels: head.groupLabels,
    incident: digest([groupId, head.begunAt]),
    alerts,
    at: now,
  };
  const told = stored.map(({ key, seq, alert }) => ({ key, seq, status: alert.status }));
  return { notification, members: told, deliveries: deliveriesOf(receiver, head, stored, now) };
}

/** Every channel decides by the members that it wants to hear of. */
function deliveriesOf(
  receiver: Receiver,
  head: GroupHead,
  members: StoredMember[],
  now: number,
): PlannedDelivery[] {
  return receiver.channels.flatMap((channel, index) => {
    const wanted = membersFor(channel, members);
    const decision = decideFlush(wanted, head.lastSentAt, head.route.repeatIntervalMs, now);
    if (!decision.send) return [];
    const { kind } = channel;
    const position = receiver.channels.slice(0, index).filter((other) => other.kind === kind).length;
    const alerts = wanted.map((member) => members.indexOf(member as StoredMember));
    return [{ id: `${kind}#${position}`, kind, position, status: statusOf(decision.members), alerts }];
  });
}

async function carryOut(deps: FlushDeps, { notification, deliveries, members }: Plan): Promise<void> {
  const now = deps.clock();
  for (const { id } of deliveries) await createDelivery(deps.state, notification.id, id, now);
  const bodies = deliveries.map(({ id }) => ({
    body: {
      version: 1,
      type: 'delivery',
      notificationId: notification.id,
      delivery: id,
      notBefore: now,
    } as const,
    // A receiver may bear any name; SQS takes 128 printable ASCII characters.
    group: digest([notification.receiver, id]),
  }));
  await deps.deliveries.send(bodies);
  await forEachConcurrently(members, AT_A_TIME, (member) => markTold(deps.state, member, now));
}

/** The next timer, or the group's end where nothing is left in it. */
async function goOn(deps: FlushDeps, groupId: string, head: GroupHead, sent: boolean): Promise<void> {
  const rest = await loadMembers(deps.state, groupId);
  if (rest.length === 0 && (await removeGroup(deps.state, groupId, head))) return;
  // By the timer's own time, so that being late does not shift the group's rhythm.
  const inRhythm = head.nextFlushAt + head.route.groupIntervalMs;
  const nextFlushAt = inRhythm > deps.clock() ? inRhythm : deps.clock() + head.route.groupIntervalMs;
  const lastSentAt = sent ? head.nextFlushAt : head.lastSentAt;
  await finishFlush(deps.state, groupId, head.sequence, nextFlushAt, lastSentAt);
  await setTimer(deps, groupId, head.sequence + 1, nextFlushAt);
}

async function setTimer(deps: FlushDeps, groupId: string, sequence: number, at: number): Promise<void> {
  const body = { version: 1, type: 'flush', groupId, sequence, at } as const;
  await deps.alerts.send([{ body, notBefore: at, group: groupId }]);
}
