import { decideFlush, type FlushDecision, type GroupTimes, REPEATED } from '../../shared/routing/flush.ts';
import type { GroupHead } from '../../shared/routing/groups.ts';
import { formatDuration } from '../../shared/text/durations.ts';
import { type ConsiderDeps, type Weighed, withAcknowledgements } from './consider.ts';

/** What a group has to say, with its members as they were weighed. */
export type Decision = FlushDecision<Weighed>;

/** What a decision about a group needs to know of its past. */
export function timesOf({ lastSentAt, route, reminded = [] }: GroupHead): GroupTimes {
  return { lastSentAt, repeatIntervalMs: route.repeatIntervalMs, reminded };
}

/** Acknowledgements are asked for only where something is to be said: they are shown, and keep repeats from being told. */
export async function decide(
  deps: ConsiderDeps,
  head: GroupHead,
  members: readonly Weighed[],
): Promise<Decision> {
  const times = timesOf(head);
  const first = decideFlush(members, times, deps.clock());
  if (!first.send) return first;
  const asked = await withAcknowledgements(deps, first.members);
  if (first.reason === REPEATED) return decideFlush(asked, times, deps.clock());
  return { ...first, reason: reasonOf(head, first), members: asked };
}

/** A group of an escalation says why it speaks at all. */
function reasonOf(
  { route: { escalatedAfterMs } }: GroupHead,
  { reason, occasion, members }: Decision,
): string {
  const begins = members.some(({ told, alert }) => told === 'nothing' && alert.status === 'firing');
  if (escalatedAfterMs === undefined || occasion !== null || !begins) return reason;
  return `escalated: nobody acknowledged within ${formatDuration(escalatedAfterMs, 'en')}`;
}
