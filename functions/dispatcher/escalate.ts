/**
 * Escalation: an alert that nobody acknowledged in time goes to the step's receiver, as a member of a group of its own
 * beside the one that escalates: so it is told once there, and so is its end.
 */
import { acknowledgementOf } from '../../shared/alerts/acknowledgement.ts';
import { headKey, loadEpisode, pastKey } from '../../shared/alerts/store.ts';
import { forEachConcurrently } from '../../shared/concurrency.ts';
import type { Table } from '../../shared/ports.ts';
import {
  heldBackBy,
  isWorseThanTold,
  stepAt,
  stepRoutesOf,
  waitsBecause,
} from '../../shared/routing/escalation.ts';
import { type GroupHead, hurryFlush } from '../../shared/routing/groups.ts';
import { markEscalation, upsertMember } from '../../shared/routing/members.ts';
import { noteGroups } from '../../shared/routing/reach.ts';
import { groupIdOf } from '../../shared/routing/tree.ts';
import { formatDuration } from '../../shared/text/durations.ts';
import type { ConsiderDeps, Weighed } from './consider.ts';
import { type EnterDeps, enter, setTimer, type Target } from './enter-group.ts';

const AT_A_TIME = 8;

/** Takes every step that is due now. `roundAt`: when the group tells what changed, now or later, ms. */
export async function escalate(
  deps: EnterDeps & ConsiderDeps,
  head: GroupHead,
  members: readonly Weighed[],
  roundAt: number,
): Promise<void> {
  const now = deps.clock();
  const asked = members.filter((member) => {
    const at = member.quietNow === null ? stepAt(head.route, member) : null;
    return at !== null && (at <= now || (roundAt <= now && isWorseThanTold(member)));
  });
  await forEachConcurrently(asked, AT_A_TIME, (member) => escalateOne(deps, head, member, roundAt));
}

/** The groups of the steps that a group may take. */
export function stepTargetsOf({ route, groupLabels }: Omit<Target, 'groupId'>): Target[] {
  return stepRoutesOf(route).map((step) => {
    return { route: step, groupLabels, groupId: groupIdOf(step, groupLabels) };
  });
}

async function escalateOne(
  deps: EnterDeps,
  head: GroupHead,
  member: Weighed,
  roundAt: number,
): Promise<void> {
  const now = deps.clock();
  const acknowledgement = await acknowledgementOf(deps.state, member.alert);
  const times = { now, worseAt: Math.max(roundAt, now) };
  const late = acknowledgement === undefined ? member : heldBackBy(acknowledgement, member, times);
  const at = stepAt(head.route, late) ?? now;
  if (at <= now) return await takeSteps(deps, head, late);
  const reason = waitsBecause(head.route, late, now);
  // Where nobody knows until when, the step stays overdue: every round asks again, and says so once.
  const isOpen = at === Number.POSITIVE_INFINITY;
  if (isOpen && member.log?.at(-1)?.reason === reason) return;
  await markEscalation(deps.state, isOpen ? member : late, reason, now);
}

async function takeSteps(deps: EnterDeps, head: GroupHead, member: Weighed): Promise<void> {
  const now = deps.clock();
  const targets = stepTargetsOf(head);
  let { escalated = 0 } = member;
  const reasons: string[] = [];
  for (;;) {
    const at = stepAt(head.route, { ...member, escalated });
    const step = head.route.escalate[escalated];
    const target = targets[escalated];
    if (at === null || at > now || step === undefined || target === undefined) break;
    await takeStep(deps, target, member);
    const within = formatDuration(step.afterMs, 'en');
    reasons.push(`escalated to ${step.receiver}: nobody acknowledged within ${within}`);
    escalated += 1;
  }
  if (reasons.length > 0) await markEscalation(deps.state, { ...member, escalated }, reasons.join('; '), now);
}

/**
 * The end of the alert may be taken meanwhile: it goes to the groups that are noted, and where it came too early for
 * this one, it is brought here.
 */
async function takeStep(deps: EnterDeps, target: Target, member: Weighed): Promise<void> {
  const { alert, seq, generation } = member;
  if (await hasEnded(deps.state, member)) return;
  await noteGroups(deps.state, alert, [target], deps.clock());
  const { sequence } = await enter(deps, target, { alert, seq, generation }, { moved: false });
  // Nobody waits for the rhythm of others who were escalated before.
  const now = deps.clock();
  if (await hurryFlush(deps.state, target.groupId, sequence, now))
    await setTimer(deps, target.groupId, sequence, now);
  const ended = await endedEpisode(deps.state, member);
  if (ended !== undefined) await upsertMember(deps.state, target.groupId, ended);
}

async function hasEnded(state: Table, member: Weighed): Promise<boolean> {
  return (await endedEpisode(state, member)) !== undefined;
}

async function endedEpisode(state: Table, { alert }: Weighed) {
  const { ruleId, fingerprint, startsAt } = alert;
  const latest = await loadEpisode(state, headKey(ruleId, fingerprint));
  const episode =
    latest?.alert.startsAt === startsAt
      ? latest
      : await loadEpisode(state, pastKey(ruleId, fingerprint, startsAt));
  return episode?.alert.status === 'resolved' ? episode : undefined;
}
