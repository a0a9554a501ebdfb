/**
 * A severity or a route that changes may bring an alert into another group of the same receiver. What that group did
 * not tell before the alert ended is no news where the first one told of it.
 */
import { forEachConcurrently } from '../../shared/concurrency.ts';
import type { Table } from '../../shared/ports.ts';
import { loadEnded, loadMember } from '../../shared/routing/members.ts';
import { waysOf } from '../../shared/routing/reach.ts';
import type { Weighed } from './consider.ts';

const AT_A_TIME = 8;

/** The members of a group, those marked as told elsewhere whose end the receiver hears of by another group. */
export async function leftToTwins(
  state: Table,
  group: { groupId: string; receiver: string },
  members: readonly Weighed[],
): Promise<Weighed[]> {
  const marked = [...members];
  await forEachConcurrently(members.entries(), AT_A_TIME, async ([index, member]) => {
    const { alert, told, quietNow } = member;
    const isUntold = alert.status === 'resolved' && told === 'nothing' && quietNow === null;
    if (isUntold && (await isToldByTwin(state, group, member))) marked[index] = { ...member, moved: true };
  });
  return marked;
}

async function isToldByTwin(
  state: Table,
  { groupId, receiver }: { groupId: string; receiver: string },
  { alert }: Weighed,
): Promise<boolean> {
  const ways = await waysOf(state, alert);
  for (const way of ways) {
    if (way.receiver !== receiver || way.groupId === groupId) continue;
    if ((await loadMember(state, way.groupId, alert))?.told === 'firing') return true;
    const ended = (await loadEnded(state, way.groupId, alert)) ?? [];
    if (ended.some(({ notification }) => notification !== undefined)) return true;
  }
  return false;
}
