/**
 * The head of a series: a small item beside its slices, absent in most. It says what readers must know that the
 * slices do not tell: see `store.ts` for `late` and `shards`, `conditions/live.ts` for `hot` and `told`.
 */
import type { Item, Table } from '../ports.ts';
import { HEAD_SORT_KEY, partition, type Series } from './layout.ts';

export interface Head {
  /** Grows with every write into a slice that others may take for closed; no value ever comes again. */
  late: number;
  /** Partitions that items of the series may stand in. */
  shards: number;
  /** The period of announcing that is on now; null: none. */
  hot: number | null;
  /** Matches announced so far, over all periods. */
  told: number;
  /** Whether the item exists: where it does not, it never did. */
  exists: boolean;
}

export const NO_HEAD: Head = { late: 0, shards: 1, hot: null, told: 0, exists: false };

/** The head that an item is; one that says nothing where there is no item. */
export function headOf(item: Item | undefined): Head {
  if (item === undefined) return NO_HEAD;
  return {
    late: Number(item.late ?? 0),
    shards: Number(item.shards ?? 1),
    hot: item.hot === true ? Number(item.period) : null,
    told: Number(item.told ?? 0),
    exists: true,
  };
}

/** The head as it stands now. */
export async function readHead(table: Table, series: Series): Promise<Head> {
  return headOf(await table.get(headKey(series)));
}

/**
 * Invalidates what others remember of closed slices; after the write that changed one. `now` (ms) is what `late` grows
 * by: counted by ones it would come to the same number again after the head had vanished by TTL.
 */
export async function bumpLate(table: Table, series: Series, now: number, expiresAt: number): Promise<void> {
  await table.update(headKey(series), { set: ttl(expiresAt), add: { late: now } });
}

/** Records that items may stand in that many partitions; before the first write to a new one. */
export async function raiseShards(
  table: Table,
  series: Series,
  shards: number,
  expiresAt: number,
): Promise<void> {
  const fewer = [
    [{ attribute: 'shards', is: 'absent' as const }],
    [{ attribute: 'shards', is: '<=' as const, value: shards }],
  ];
  const change = { set: { ...ttl(expiresAt), shards } };
  const raised = await table.update(headKey(series), change, fewer);
  if (raised === undefined) await table.update(headKey(series), { set: ttl(expiresAt) });
}

/** Announces matches that have been written; answers the head as it is then. */
export async function tell(table: Table, series: Series, matches: number, expiresAt: number): Promise<Head> {
  return headOf(await table.update(headKey(series), { set: ttl(expiresAt), add: { told: matches } }));
}

/** Begins a period of announcing, unless one is on. */
export async function beginHot(table: Table, series: Series, expiresAt: number): Promise<void> {
  const off = [[{ attribute: 'hot', is: 'absent' as const }]];
  const change = { set: { ...ttl(expiresAt), hot: true }, add: { period: 1 } };
  await table.update(headKey(series), change, off);
}

/** Ends a period of announcing, unless another has begun since. */
export async function endHot(table: Table, series: Series, period: number): Promise<void> {
  const same = [[{ attribute: 'period', is: '=' as const, value: period }]];
  await table.update(headKey(series), { remove: ['hot'] }, same);
}

function headKey(series: Series) {
  return { pk: partition(series), sk: HEAD_SORT_KEY };
}

function ttl(expiresAt: number) {
  return { ttl: Math.ceil(expiresAt / 1000) };
}
