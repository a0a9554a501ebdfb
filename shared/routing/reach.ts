/**
 * Which groups hold an episode. Routes may change while an alert fires: its end must reach every group that heard of
 * its beginning, wherever the tree would send it now.
 */

import type { EpisodeName } from '../alerts/acknowledgement.ts';
import type { NotifiedAlert } from '../alerts/notification.ts';
import { alertPartition } from '../alerts/store.ts';
import type { Key, Table, Value } from '../ports.ts';
import type { TakenRoute } from './tree.ts';

/** As long as queues may repeat messages of an ended episode, ms. */
const KEPT_MS = 7 * 86_400_000;

/** How an episode came to a group, for whoever asks why. */
export interface WayIn {
  groupId: string;
  receiver: string;
  routeId: string;
  groupLabels: Record<string, string>;
  /** Processing time, ms. */
  at: number;
}

const WAY_PREFIX = 'way#';

/** Notes the groups that an episode enters, before it does; answers all it ever entered. `now`: ms. */
export async function noteGroups(
  state: Table,
  alert: NotifiedAlert,
  targets: readonly { groupId: string; route: TakenRoute; groupLabels: Record<string, string> }[],
  now: number,
): Promise<ReadonlySet<string>> {
  const groupIds = new Set(targets.map(({ groupId }) => groupId));
  const ways = targets.map(({ groupId, route, groupLabels }): [string, Value] => [
    `${WAY_PREFIX}${groupId}`,
    { receiver: route.receiver, routeId: route.id, groupLabels, at: now },
  ]);
  const item = await state.update(reachKey(alert), { set: Object.fromEntries(ways), add: { groupIds } });
  return item?.groupIds instanceof Set ? item.groupIds : groupIds;
}

/** How an episode came to each of its groups, in order of time. */
export async function waysOf(state: Table, alert: EpisodeName): Promise<WayIn[]> {
  const item = (await state.get(reachKey(alert))) ?? {};
  const ways = Object.entries(item).filter(([name]) => name.startsWith(WAY_PREFIX));
  return ways
    .map(([name, way]) => ({ ...(way as unknown as WayIn), groupId: name.slice(WAY_PREFIX.length) }))
    .sort((a, b) => a.at - b.at);
}

/** The groups that an episode entered. */
export async function groupsOf(state: Table, alert: NotifiedAlert): Promise<ReadonlySet<string>> {
  const item = await state.get(reachKey(alert));
  return item?.groupIds instanceof Set ? item.groupIds : new Set();
}

/** The episode has ended: its groups need not be known for ever. `now`: ms. */
export async function expireGroups(state: Table, alert: NotifiedAlert, now: number): Promise<void> {
  await state.update(reachKey(alert), { set: { ttl: Math.ceil((now + KEPT_MS) / 1000) } });
}

/** Where it stands what groups an episode entered. */
export function reachKey({ ruleId, fingerprint, startsAt }: EpisodeName): Key {
  return { pk: alertPartition(ruleId, fingerprint), sk: `groups#${String(startsAt).padStart(15, '0')}` };
}
