/**
 * A group's timer rang: claim the flush, weigh the members, decide, write the plan down, carry it out, escalate, set
 * the next timer. Each step may be repeated; the plan keeps a repetition from saying something else.
 */
import type { FlushMessage } from '../../shared/alerts/messages.ts';
import { forEachConcurrently } from '../../shared/concurrency.ts';
import type { Configuration, Receiver } from '../../shared/config/model.ts';
import { loadPlan, type Plan } from '../../shared/deliveries/ledger.ts';
import type { FlushResult } from '../../shared/happenings.ts';
import { withDecision } from '../../shared/routing/decisions.ts';
import { nextStepAt } from '../../shared/routing/escalation.ts';
import { type FlushDecision, newlyQuiet, withheldForGood } from '../../shared/routing/flush.ts';
import { isDigestGroup } from '../../shared/routing/folds.ts';
import {
  claimFlush,
  finishFlush,
  type GroupHead,
  loadHead,
  notePlans,
  removeGroup,
} from '../../shared/routing/groups.ts';
import { routeNow } from '../../shared/routing/heirs.ts';
import { endMember, loadMembers, markQuiet, withoutOver } from '../../shared/routing/members.ts';
import { type CarryOutDeps, carryOut } from './carry-out.ts';
import { type ConsiderDeps, type Weighed, weigh } from './consider.ts';
import { decide } from './decide.ts';
import { drawPlans } from './draw-plans.ts';
import { setTimer } from './enter-group.ts';
import { escalate } from './escalate.ts';
import { flushDigest } from './flush-digest.ts';
import { leftToTwins } from './twins.ts';

export type FlushDeps = CarryOutDeps & ConsiderDeps;

/** A group whose flush is under way. */
interface Flush {
  groupId: string;
  head: GroupHead;
  /** The group speaks for itself now; otherwise its timer rang for an escalation. */
  isRound: boolean;
}

/** What became of a flush. */
interface Outcome {
  plans: Plan[];
  reason: string | null;
  /** The silences whose end was announced now. */
  reminded: string[];
}

const UNSPOKEN: Outcome = { plans: [], reason: null, reminded: [] };
const AT_A_TIME = 8;
/** More silences than end at the same time. */
const REMINDED_MAX = 20;

/**
 * A group's timer rang: says what there is to say, escalates, and sets the next timer. A message of an earlier
 * sequence, or one that somebody else has claimed, does nothing; one that comes early waits for its time.
 * @throws what the ports throw: the message then comes again, and goes on with the plans that were drawn
 */
export async function flushGroup(
  deps: FlushDeps,
  configuration: Configuration,
  { groupId, sequence }: FlushMessage,
): Promise<void> {
  const known = await loadHead(deps.state, groupId);
  if (known === undefined || known.sequence !== sequence) return;
  if (known.nextFlushAt > deps.clock()) return await setTimer(deps, groupId, sequence, known.nextFlushAt);
  const claimed = await claimFlush(deps.state, groupId, sequence, deps.clock());
  if (claimed === undefined) return;
  if (isDigestGroup(groupId)) return await flushDigest(deps, configuration, groupId, claimed);
  const stored = await withoutOver(deps.state, await loadMembers(deps.state, groupId));
  const alerts = stored.map(({ alert }) => alert);
  const head = { ...claimed, route: routeNow(configuration, claimed.route, alerts) };
  const roundAt = head.nextRoundAt ?? head.nextFlushAt;
  const isRound = deps.clock() >= roundAt;
  const flush = { groupId, head, isRound };
  const weighed = await weigh(deps, configuration, head.route, stored);
  const { receiver } = head.route;
  const members = await leftToTwins(deps.state, { groupId, receiver }, weighed);
  const outcome = isRound ? await speak(deps, configuration, flush, members) : UNSPOKEN;
  await escalate(deps, head, members, roundAt);
  await goOn(deps, flush, outcome);
}

async function speak(
  deps: FlushDeps,
  configuration: Configuration,
  flush: Flush,
  members: readonly Weighed[],
): Promise<Outcome> {
  const { head, groupId } = flush;
  if (head.planIds !== undefined) {
    const stored = await Promise.all(head.planIds.map((id) => loadPlan(deps.state, id)));
    const plans = stored.filter((plan) => plan !== undefined);
    for (const plan of plans) await carryOut(deps, plan);
    const reason = plans[0]?.notification.reason ?? null;
    return { plans, reason, reminded: plans.some(isReminder) ? endingSoon(members) : [] };
  }
  const decision = await decide(deps, head, members);
  const receiver = configuration.receivers.find(({ name }) => name === head.route.receiver);
  const reason = report(deps, head, receiver, decision, members);
  const plans: Plan[] = [];
  if (decision.send && receiver !== undefined) {
    plans.push(...(await drawPlans(deps, { groupId, head, receiver, decision })));
    const ids = plans.map(({ notification }) => notification.id);
    await notePlans(deps.state, groupId, head, ids);
    for (const plan of plans) await carryOut(deps, plan);
  }
  await keepQuiet(deps, members);
  return { plans, reason, reminded: decision.occasion === 'reminder' ? endingSoon(members) : [] };
}

/** It tells of what fires behind a silence: nothing else does. */
function isReminder({ members }: Plan): boolean {
  return members.some(({ status, staysQuiet }) => status === 'firing' && staysQuiet === true);
}

function endingSoon(members: readonly Weighed[]): string[] {
  return [...new Set(members.flatMap(({ quietNow }) => quietNow?.endsSoon?.id ?? []))];
}

/** Notes who is quiet from now on, and lets go whom nobody is to hear of. */
async function keepQuiet(deps: FlushDeps, members: readonly Weighed[]): Promise<void> {
  const now = deps.clock();
  const gone = withheldForGood(members);
  const quiet = newlyQuiet(members).filter(
    ({ member }) => !gone.some((other) => other.member === member) && !isEndTold(member),
  );
  await forEachConcurrently(gone, AT_A_TIME, ({ member, reason }) =>
    endMember(deps.state, { ...member, log: withDecision(member.log, now, reason) }, now),
  );
  await forEachConcurrently(quiet, AT_A_TIME, ({ member, quiet }) =>
    markQuiet(deps.state, member, quiet, now),
  );
}

function isEndTold({ alert, told }: Weighed): boolean {
  return alert.status === 'resolved' && told === 'firing';
}

/** Says what was decided; answers the reason in full. */
function report(
  deps: FlushDeps,
  { groupLabels, route }: GroupHead,
  receiver: Receiver | undefined,
  { send, reason }: FlushDecision,
  members: readonly Weighed[],
): string {
  const isQuiet = members.some(({ quietNow, alert, told }) => quietNow !== null && alert.status !== told);
  const { result, why } = send
    ? audienceOf(receiver, route.receiver)
    : { result: isQuiet ? ('withheld' as const) : ('nothing to tell' as const), why: null };
  const said = why === null ? reason : `${reason}, but ${why}`;
  deps.happened({ type: 'flush', receiver: route.receiver, groupLabels, result, reason: said });
  return said;
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

/** The next timer, or the group's end where nothing is left in it. */
async function goOn(
  deps: FlushDeps,
  { groupId, head, isRound }: Flush,
  { plans, reason, reminded }: Outcome,
): Promise<void> {
  const rest = await loadMembers(deps.state, groupId);
  if (rest.length === 0 && (await removeGroup(deps.state, groupId, head))) return;
  const now = deps.clock();
  const roundAt = head.nextRoundAt ?? head.nextFlushAt;
  // By the timer's own time, so that being late does not shift the group's rhythm.
  const inRhythm = roundAt + head.route.groupIntervalMs;
  const later = inRhythm > now ? inRhythm : now + head.route.groupIntervalMs;
  const nextRoundAt = isRound ? later : roundAt;
  const nextFlushAt = Math.min(nextRoundAt, nextStepAt(head.route, rest, now));
  await finishFlush(deps.state, groupId, head, {
    route: head.route,
    nextFlushAt,
    nextRoundAt,
    lastSentAt: plans.length > 0 ? roundAt : head.lastSentAt,
    reminded: [...(head.reminded ?? []), ...reminded].slice(-REMINDED_MAX),
    log: reason === null ? (head.log ?? []) : withDecision(head.log, now, reason),
  });
  await setTimer(deps, groupId, head.sequence + 1, nextFlushAt);
}
