/** Reading what `store.ts` has written, strongly; see there for what a cache of closed slices rests on. */
import type { Item, Table } from '../ports.ts';
import { countEntries, hash } from './entries.ts';
import { type Head, headOf, readHead } from './head.ts';
import {
  entriesIn,
  HEAD_SORT_KEY,
  itemBytes,
  partition,
  type Series,
  sliceFrom,
  sliceOfSortKey,
  sliceTo,
} from './layout.ts';
import { type ClosedSlices, type Counts, moveTo, type SeriesMemory } from './memory.ts';
import { lastClosed, type Slicing } from './slices.ts';
import type { CountContext } from './store.ts';

/** Below this a whole window costs one read unit anyway. */
const CACHED_FROM_BYTES = 4096;

/**
 * The counts of the slices `from` to `to`, both included; slices without matches are left out. `head`: where it was
 * read already, after one's own write.
 */
export async function readCounts(
  table: Table,
  series: Series,
  from: number,
  to: number,
  head?: Head,
): Promise<Counts> {
  return countsOf(await readSets(table, series, from, to, head));
}

/** The sets of entries of a slice, to be united. */
export type SliceSets = Map<number, ReadonlySet<string>[]>;

/** The entries of the slices `from` to `to`, both included, whatever they mean. */
export async function readSets(
  table: Table,
  series: Series,
  from: number,
  to: number,
  head?: Head,
): Promise<SliceSets> {
  const range = { from: sliceFrom(from), to: sliceTo(to) };
  const [items, { shards }] = await Promise.all([
    table.query({ pk: partition(series), ...range }),
    head ?? readHead(table, series),
  ]);
  return setsOf([...items, ...(await queryShards(table, series, shards, range))]);
}

export interface OpenSlices {
  bytes: number;
  /** How often they were written. */
  writes: number;
}

export interface RecentCounts {
  counts: Counts;
  head: Head;
  /** What stands in the slices that are not closed. */
  open: OpenSlices;
}

/** The counts of all slices from `from` on, also those ahead of now; closed ones from the cache while it is true. */
export async function readRecent(
  context: CountContext,
  series: Series,
  slicing: Slicing,
  from: number,
): Promise<RecentCounts> {
  const known = context.memory.of(series);
  const closed = known.closed !== undefined && known.closed.from <= from ? known.closed : undefined;
  const lateBefore = known.late;
  const nowBefore = context.clock();
  const { items, head } = await queryFrom(context.table, series, startOf(from, closed));
  known.late = head.late;
  learnShards(context, known, head, nowBefore);
  if (closed !== undefined && closed.late !== head.late) {
    known.closed = undefined;
    return await readRecent(context, series, slicing, from);
  }
  const counts = countsOf(setsOf(items));
  for (const [slice, count] of closed?.counts ?? []) if (slice >= from) counts.set(slice, count);
  const closedUpTo = lastClosed(nowBefore, slicing);
  const openItems = items.filter(({ sk }) => sliceOfSortKey(sk) > closedUpTo);
  const writes = openItems.reduce((sum, item) => sum + Number(item.writes ?? 0), 0);
  // A head that does not exist was never written, so nothing was late before this read.
  const late = closed?.late ?? (head.exists ? lateBefore : head.late);
  if (
    late === head.late &&
    (closed !== undefined || bytesOf(items) > (context.sizes?.cachedFromBytes ?? CACHED_FROM_BYTES))
  ) {
    const upTo = Math.max(closedUpTo, closed?.upTo ?? 0);
    known.closed = upTo < from ? undefined : { late, from, upTo, counts: upToSlice(counts, upTo) };
  }
  return { counts, head, open: { bytes: bytesOf(openItems), writes } };
}

function bytesOf(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + itemBytes(item), 0);
}

function startOf(from: number, closed: ClosedSlices | undefined): number {
  return closed === undefined ? from : Math.max(from, closed.upTo + 1);
}

function upToSlice(counts: Counts, upTo: number): Counts {
  return new Map([...counts].filter(([slice]) => slice <= upTo));
}

/** More partitions than known: writers spread over all of them. */
function learnShards(context: CountContext, known: SeriesMemory, { shards }: Head, now: number): void {
  if (shards <= known.shards) return;
  moveTo(known, shards, hash(context.memory.writer('')).charCodeAt(0) % shards, now);
}

async function queryFrom(table: Table, series: Series, from: number): Promise<{ items: Item[]; head: Head }> {
  const range = { from: sliceFrom(from), to: HEAD_SORT_KEY };
  const found = await table.query({ pk: partition(series), ...range });
  const last = found.at(-1);
  if (last?.sk !== HEAD_SORT_KEY) return { items: found, head: headOf(undefined) };
  found.pop();
  const head = headOf(last);
  return { items: [...found, ...(await queryShards(table, series, head.shards, range))], head };
}

async function queryShards(
  table: Table,
  series: Series,
  shards: number,
  range: { from: string; to: string },
): Promise<Item[]> {
  const others = Array.from({ length: shards - 1 }, (_, index) =>
    table.query({ pk: partition(series, index + 1), ...range }),
  );
  return (await Promise.all(others)).flat();
}

function countsOf(sets: SliceSets): Counts {
  return new Map([...sets].map(([slice, entries]) => [slice, countEntries(entries)]));
}

function setsOf(items: readonly Item[]): SliceSets {
  const sets: SliceSets = new Map();
  for (const item of items) {
    const slice = sliceOfSortKey(item.sk);
    const known = sets.get(slice);
    if (known === undefined) sets.set(slice, [entriesIn(item)]);
    else known.push(entriesIn(item));
  }
  return sets;
}
