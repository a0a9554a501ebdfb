/**
 * The time for a receiver's digest: one message about everything that its limit left no room for. It waits for a token
 * as every notification does, but in line, so that a storm that goes on cannot keep it from being told.
 */
import { digest } from '../../shared/alerts/identity.ts';
import type { NotifiedAlert } from '../../shared/alerts/notification.ts';
import { forEachConcurrently } from '../../shared/concurrency.ts';
import type { Configuration, Receiver } from '../../shared/config/model.ts';
import { announce } from '../../shared/deliveries/enqueue.ts';
import { loadPlan, type Plan, type PlannedDelivery, settlePlan } from '../../shared/deliveries/ledger.ts';
import { membersFor } from '../../shared/routing/audience.ts';
import { statusOf } from '../../shared/routing/flush.ts';
import {
  digestRoute,
  type Fold,
  firstDigest,
  insteadOfAll,
  latestOf,
  loadFolds,
} from '../../shared/routing/folds.ts';
import { finishFlush, type GroupHead, notePlans, removeGroup } from '../../shared/routing/groups.ts';
import { routeNow } from '../../shared/routing/heirs.ts';
import { limitOf, reserve } from '../../shared/routing/limits.ts';
import { type CarryOutDeps, carryOut } from './carry-out.ts';
import { setTimer } from './enter-group.ts';

/** A plan is one item of the table, of 400 KB at most. */
const DIGEST_BYTES_MAX = 250_000;
const AT_A_TIME = 16;

/** A digest's token is taken by the flush before; the first flush takes it and comes again. */
export async function flushDigest(
  deps: CarryOutDeps,
  configuration: Configuration,
  groupId: string,
  claimed: GroupHead,
): Promise<void> {
  const folds = await loadFolds(deps.state, groupId);
  const alerts = folds.flatMap((fold) => fold.alerts);
  const { receiver: name } = routeNow(configuration, claimed.route, alerts);
  const head = { ...claimed, route: digestRoute(name) };
  const receiver = configuration.receivers.find((one) => one.name === name);
  if (receiver === undefined)
    return await comeAgain(deps, groupId, head, deps.clock() + head.route.groupIntervalMs);
  const tokenAt = head.tokenAt ?? (await tokenFor(deps, receiver));
  if (tokenAt > deps.clock()) return await comeAgain(deps, groupId, head, tokenAt, tokenAt);
  const plan = await planOf(deps, groupId, head, receiver, firstDigest(folds, DIGEST_BYTES_MAX));
  const done = plan?.folds ?? [];
  if (plan !== undefined) await carryOut(deps, plan);
  await forEachConcurrently(done, AT_A_TIME, async (key) => void (await deps.state.delete(key)));
  const isDone = folds.every(({ key }) => done.some(({ sk }) => sk === key.sk));
  if (isDone && (await removeGroup(deps.state, groupId, head))) return;
  const next = await tokenFor(deps, receiver);
  await comeAgain(deps, groupId, head, next, next);
}

/** The plan that an interrupted try has written down, or a new one; undefined: there is nothing to tell. */
async function planOf(
  deps: CarryOutDeps,
  groupId: string,
  head: GroupHead,
  receiver: Receiver,
  folds: Fold[],
): Promise<Plan | undefined> {
  const [planned] = head.planIds ?? [];
  if (planned !== undefined) return await loadPlan(deps.state, planned);
  const [first] = folds;
  if (first === undefined) return undefined;
  const plan = await settlePlan(
    deps.state,
    draw(groupId, receiver, folds, first.at, deps.clock()),
    deps.clock(),
  );
  await notePlans(deps.state, groupId, head, [plan.notification.id]);
  announce(deps, plan);
  return plan;
}

function draw(groupId: string, receiver: Receiver, folds: Fold[], since: number, now: number): Plan {
  const alerts = latestOf(folds);
  const keys = folds.map(({ key }) => key);
  const insteadOf = insteadOfAll(folds);
  const notification = {
    version: 1 as const,
    id: digest([groupId, keys.map(({ sk }) => sk)]),
    receiver: receiver.name,
    status: statusOf(alerts.map(memberOf)),
    reason: `digest: the receiver's limit left no room for ${folds.length} notifications`,
    groupKey: `digest:${groupId}`,
    groupLabels: {},
    alerts,
    at: now,
    folded: { notifications: folds.length, since },
    ...(insteadOf === null ? {} : { insteadOf }),
  };
  return { notification, members: [], deliveries: deliveriesOf(receiver, alerts), folds: keys };
}

function deliveriesOf(receiver: Receiver, alerts: NotifiedAlert[]): PlannedDelivery[] {
  const members = alerts.map(memberOf);
  return receiver.channels.flatMap((channel, index) => {
    const wanted = membersFor(channel, members);
    if (wanted.length === 0) return [];
    const { kind } = channel;
    const position = receiver.channels.slice(0, index).filter((other) => other.kind === kind).length;
    const indexes = wanted.map((member) => members.indexOf(member));
    return [{ id: `${kind}#${position}`, kind, position, status: statusOf(wanted), alerts: indexes }];
  });
}

/** What is over before anybody heard of it is news; any other end follows a beginning that was told. */
function memberOf(alert: NotifiedAlert) {
  const told = alert.status === 'resolved' && !alert.alreadyOver ? ('firing' as const) : ('nothing' as const);
  return { seq: 0, generation: '', alert, told };
}

async function tokenFor({ state, clock }: CarryOutDeps, receiver: Receiver): Promise<number> {
  const limit = limitOf(receiver);
  return limit === null ? clock() : await reserve(state, receiver.name, limit, clock());
}

async function comeAgain(
  deps: CarryOutDeps,
  groupId: string,
  head: GroupHead,
  at: number,
  tokenAt?: number,
): Promise<void> {
  const { route, lastSentAt, log = [] } = head;
  const next = { route, nextFlushAt: at, nextRoundAt: at, lastSentAt, log };
  await finishFlush(deps.state, groupId, head, tokenAt === undefined ? next : { ...next, tokenAt });
  await setTimer(deps, groupId, head.sequence + 1, at);
}
