import type { AlertMessage, DispatcherMessage } from '../../shared/alerts/messages.ts';
import type { Clock, Queue, Table } from '../../shared/ports.ts';
import type { Member } from '../../shared/routing/flush.ts';
import { enterGroup, type GroupHead } from '../../shared/routing/groups.ts';
import { type Entering, upsertMember } from '../../shared/routing/members.ts';
import { groupIdOf, groupLabelsFor, type TakenRoute } from '../../shared/routing/tree.ts';

export interface EnterDeps {
  state: Table;
  alerts: Queue<DispatcherMessage>;
  clock: Clock;
}

/** A group that an alert belongs to by the tree as it is now. */
export interface Target {
  groupId: string;
  groupLabels: Record<string, string>;
  route: TakenRoute;
}

/** The group of a route that an alert with these labels belongs to. */
export function targetOf(route: TakenRoute, { labels }: AlertMessage['alert']): Target {
  const groupLabels = groupLabelsFor(route, labels);
  return { route, groupLabels, groupId: groupIdOf(route, groupLabels) };
}

/** Enters a transition into a group, and begins the group's timer where it is the first; answers the group's head. */
export async function enter(
  deps: EnterDeps,
  { groupId, groupLabels, route }: Target,
  transition: Entering,
  changes: Pick<Member, 'moved' | 'severityBefore'>,
): Promise<GroupHead> {
  // Also where the transition is known: the first try may have ended between the two writes.
  await upsertMember(deps.state, groupId, transition, changes);
  const head = await enterGroup(deps.state, groupId, route, groupLabels, deps.clock() + route.groupWaitMs);
  if (head.arrivals === 1) await setTimer(deps, groupId, head.sequence, head.nextFlushAt);
  return head;
}

/** Rings for flush `sequence` at `at` (ms). */
export async function setTimer(
  { alerts }: Pick<EnterDeps, 'alerts'>,
  groupId: string,
  sequence: number,
  at: number,
): Promise<void> {
  const body = { version: 1, type: 'flush', groupId, sequence, at } as const;
  await alerts.send([{ body, notBefore: at, group: groupId }]);
}
