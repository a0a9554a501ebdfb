import { ALERT_PREFIX } from '../../shared/alerts/store.ts';
import { DUE_ATTRIBUTES, dueAt, dueKeys } from '../../shared/due.ts';
import type { Condition, DueKey, Item, Table } from '../../shared/ports.ts';

/** More than any local run leaves in one shard of the index. */
const ENTRIES_MAX = 100_000;

/**
 * After a restart on kept state: the queues were in memory, and whoever held a lease is gone. Whatever was on its way
 * is due at `now` (ms), for the evaluator to finish; alerts that simply fire keep their time.
 *
 * dynalite writes an index before the item, not together with it. A process that dies in between leaves an item that
 * the index does not know, and an entry that belongs to no item: nobody would ever find the one, and the other would
 * be due for ever. So it is the items that are asked, and the index is mended.
 *
 * @param timed every item that has a time to be due at
 */
export async function recoverAfterRestart(
  state: Table,
  timed: () => AsyncIterable<Item>,
  now: number,
): Promise<void> {
  for (const entry of await dueKeys(state, Number.MAX_SAFE_INTEGER, ENTRIES_MAX)) {
    const item = await state.get({ pk: entry.pk, sk: entry.sk });
    if (item?.dueAt !== entry.dueAt) await removeEntry(state, entry, item);
  }
  for await (const item of timed()) await makeDue(state, item, now);
}

/** The item takes the entry's place in the index for a moment, and leaves it: that is what removes an entry. */
async function removeEntry(
  state: Table,
  { pk, sk, dueAt: at }: DueKey,
  item: Item | undefined,
): Promise<void> {
  const key = { pk, sk };
  await state.update(key, { set: dueAt(key, at) });
  if (item === undefined) await state.delete(key);
  else if (typeof item.dueAt === 'number') await state.update(key, { set: dueAt(key, item.dueAt) });
  else await state.update(key, { remove: DUE_ATTRIBUTES });
}

async function makeDue(state: Table, item: Item, now: number): Promise<void> {
  const key = { pk: item.pk, sk: item.sk };
  // All that is left of an item that `removeEntry` was interrupted with.
  if (Object.keys(item).length === HOLLOW) return void (await state.delete(key));
  const isConfirmed = key.pk.startsWith(ALERT_PREFIX) && item.confirmedSeq === item.seq;
  const leased = item.leaseUntil === undefined ? {} : { leaseUntil: 0 };
  const at = isConfirmed ? Number(item.dueAt) : now;
  await state.update(key, { set: { ...leased, ...dueAt(key, at) } }, STILL_DUE);
}

const HOLLOW = ['pk', 'sk', ...DUE_ATTRIBUTES].length;
const STILL_DUE: Condition = [DUE_ATTRIBUTES.map((attribute) => ({ attribute, is: 'present' as const }))];
