/**
 * Escalation: an alert that was told and that nobody acknowledged within a step's time goes to the step's receiver, as
 * a member of a group of its own beside the one that escalates: so it is told once there, and so is its end.
 */
import { headKey, loadEpisode, pastKey } from '../../shared/alerts/store.ts';
import { forEachConcurrently } from '../../shared/concurrency.ts';
import type { Table } from '../../shared/ports.ts';
import type { Member } from '../../shared/routing/flush.ts';
import { type GroupHead, hurryFlush } from '../../shared/routing/groups.ts';
import { markEscalated, upsertMember } from '../../shared/routing/members.ts';
import { noteGroups } from '../../shared/routing/reach.ts';
import { groupIdOf, type TakenRoute } from '../../shared/routing/tree.ts';
import { formatDuration } from '../../shared/text/durations.ts';
import { type ConsiderDeps, type Weighed, withAcknowledgements } from './consider.ts';
import { type EnterDeps, enter, setTimer, type Target } from './enter-group.ts';

const AT_A_TIME = 8;

/** Takes every step that is due now. */
export async function escalate(
  deps: EnterDeps & ConsiderDeps,
  head: GroupHead,
  members: readonly Weighed[],
): Promise<void> {
  const now = deps.clock();
  const waiting = members.filter(
    (member) => member.quietNow === null && (stepAt(head.route, member) ?? Number.POSITIVE_INFINITY) <= now,
  );
  const due = await withAcknowledgements(deps, waiting);
  await forEachConcurrently(due, AT_A_TIME, (member) => takeSteps(deps, head, member));
}

/** When the next step of any member is due, ms; one that is overdue waits for the group's next round. */
export function nextEscalationAt(route: TakenRoute, members: readonly Member[], now: number): number {
  const times = members
    .filter(({ quiet }) => quiet === undefined)
    .flatMap((member) => stepAt(route, member) ?? [])
    .filter((at) => at > now);
  return times.reduce((earliest, at) => Math.min(earliest, at), Number.POSITIVE_INFINITY);
}

/** When a member's next step is due, ms; null: there is none. */
function stepAt({ escalate: steps }: TakenRoute, member: Member): number | null {
  const { told, moved, alert, firstToldAt, escalated = 0 } = member;
  if (told !== 'firing' || moved === true || alert.status !== 'firing') return null;
  const step = steps[escalated];
  return step === undefined || firstToldAt === undefined ? null : firstToldAt + step.afterMs;
}

async function takeSteps(deps: EnterDeps, head: GroupHead, member: Weighed): Promise<void> {
  const now = deps.clock();
  let { escalated = 0 } = member;
  const reasons: string[] = [];
  for (;;) {
    const at = stepAt(head.route, { ...member, escalated });
    const step = head.route.escalate[escalated];
    if (at === null || at > now || step === undefined) break;
    const within = formatDuration(step.afterMs, 'en');
    if (member.isAcknowledged) {
      reasons.push(`not escalated to ${step.receiver}: acknowledged within ${within}`);
    } else {
      await takeStep(deps, targetOf(head, escalated, step), member);
      reasons.push(`escalated to ${step.receiver}: nobody acknowledged within ${within}`);
    }
    escalated += 1;
  }
  await markEscalated(deps.state, member, escalated, reasons.join('; '), now);
}

function targetOf(
  { route, groupLabels }: GroupHead,
  index: number,
  { afterMs, receiver }: TakenRoute['escalate'][number],
): Target {
  const own: TakenRoute = {
    ...route,
    id: `${route.id}!${index + 1}`,
    receiver,
    groupWaitMs: 0,
    repeatIntervalMs: null,
    escalate: [],
    escalatedAfterMs: afterMs,
  };
  return { route: own, groupLabels, groupId: groupIdOf(own, groupLabels) };
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
