/**
 * Which groups hold an episode. Routes may change while an alert fires: its end must reach every group that heard of
 * its beginning, wherever the tree would send it now.
 */

import type { NotifiedAlert } from '../alerts/notification.ts';
import { alertPartition } from '../alerts/store.ts';
import type { Key, Table } from '../ports.ts';

/** As long as queues may repeat messages of an ended episode, ms. */
const KEPT_MS = 7 * 86_400_000;

/** Notes the groups that an episode enters, before it does; answers all it ever entered. */
export async function noteGroups(
  state: Table,
  alert: NotifiedAlert,
  groupIds: string[],
): Promise<Set<string>> {
  const item = await state.update(keyOf(alert), { add: { groupIds: new Set(groupIds) } });
  return item?.groupIds instanceof Set ? item.groupIds : new Set(groupIds);
}

/** The groups that an episode entered. */
export async function groupsOf(state: Table, alert: NotifiedAlert): Promise<Set<string>> {
  const item = await state.get(keyOf(alert));
  return item?.groupIds instanceof Set ? item.groupIds : new Set();
}

/** The episode has ended: its groups need not be known for ever. `now`: ms. */
export async function expireGroups(state: Table, alert: NotifiedAlert, now: number): Promise<void> {
  await state.update(keyOf(alert), { set: { ttl: Math.ceil((now + KEPT_MS) / 1000) } });
}

function keyOf({ ruleId, fingerprint, startsAt }: NotifiedAlert): Key {
  return { pk: alertPartition(ruleId, fingerprint), sk: `groups#${String(startsAt).padStart(15, '0')}` };
}
