/**
 * Counts of matches per series (one rule and one group of it) and slice of event time, each log event exactly once.
 *
 * Layout: `pk` = series (and shard), `sk` = slice, writer, chunk. An item holds a set of entries (`entries.ts`); the
 * count of a slice is the size of the union of its items' sets. A write is `ADD` to a set: it needs no condition, and
 * the same batch may be written again, by anyone, into any item. Each warm function writes items of its own and begins
 * the next chunk before an item reaches 1 KB, so that a write costs one unit at any load, with nothing to agree on.
 *
 * Exactness: up to `LIGHT_MAX` matches of a batch in a slice are entered by event id, exact under any redelivery, also
 * one that regroups events. More are entered as one batch, exact under an identical redelivery (a Lambda retry); a
 * regrouped one can count such a batch's matches of a slice twice.
 *
 * Reading: write first, read strongly afterwards, so that of those who together cross a threshold the last sees all.
 * A window is one Query. Slices that ended `OPEN_MS` ago are closed: warm functions cache their counts and read only
 * what is newer, with the head in the same Query. Whoever finds after writing that a slice was closed raises the
 * head's `late`, and then reads: every cache of an older `late` is void. A cache carries the `late` that was known
 * before its read began, so that the order within a Query does not matter. Clocks may differ by `SKEW_MS`.
 *
 * Throttled writes go to another partition (a shard suffix), recorded in the head before the first one.
 *
 * Cost, per batch and touched series, measured (`test/bench/cost`) from 0.1 to 100 batches/s and 1 to 20 matches a
 * batch: 1.0 write unit per slice, and 1.0 read unit (1.2 where slices are a minute long), none while the alert is
 * known to fire. At more than 2 batches/s, where the open slices exceed 4 KB, functions announce instead of reading
 * (`conditions/live.ts`): 2.0 write units and 0.1 read units, at any rate.
 * Limits: a batch with a late slice costs 1 write unit and a whole window's read more, and everyone who caches the
 * series reads its window once again. One series takes some 500 batches/s while it announces (its head is one item),
 * 16 × 1,000 writes/s otherwise; a shard more is a Query more, as long as the head lives. Items vanish by TTL once
 * nothing may still be counted into their windows.
 */
import { forEachConcurrently } from '../concurrency.ts';
import { type Clock, PortError, type Table } from '../ports.ts';
import { entriesOf, hash } from './entries.ts';
import { bumpLate, raiseShards } from './head.ts';
import { entriesBytes, itemBytes, itemSortKey, partition, type Series } from './layout.ts';
import { type CountMemory, moveTo, type SeriesMemory } from './memory.ts';
import { OPEN_MS, type Slicing, sliceStart } from './slices.ts';

export type { Series } from './layout.ts';
export type { Counts } from './memory.ts';

/** How late (ms) an event may be and still count (contract §1.3, "Clocks"). */
export const LATE_MS_MAX = 24 * 3_600_000;
/** How far ahead (ms) of processing time an event may lie and still count. */
export const AHEAD_MS_MAX = 2 * 3_600_000;

const ITEM_BYTES_MAX = 1024;
/** What is left of an item beside its key. */
const PORTION_BYTES = 900;
const SHARDS_MAX = 16;
const SPREAD_ATTEMPTS = 4;
const SHARD_SEEN_MS = 3_600_000;
const SLICES_AT_A_TIME = 8;
const PLACES_MAX = 64;

export interface CountContext {
  table: Table;
  memory: CountMemory;
  clock: Clock;
  /** Only tests have their own. */
  sizes?: { cachedFromBytes: number; hotFromBytes: number; hotWritesPerSecond: number };
}

/**
 * Counts events (ids by slice) of one batch into a series, once however often it is called.
 * @throws what the table throws; the batch is then to be counted again.
 */
export async function recordMatches(
  context: CountContext,
  series: Series,
  slicing: Slicing,
  idsBySlice: ReadonlyMap<number, readonly string[]>,
  expiresAt: number,
): Promise<void> {
  const entries = new Map([...idsBySlice].map(([slice, ids]) => [slice, entriesOf(ids)]));
  await recordEntries(context, series, entries, expiresAt);
  const now = context.clock();
  if ([...idsBySlice.keys()].some((slice) => sliceStart(slice + 1, slicing) + OPEN_MS <= now)) {
    await bumpLate(context.table, series, expiresAt);
  }
}

/**
 * Adds entries (by slice) to a series' sets; whatever they mean, a set takes each once.
 * @throws what the table throws; the batch is then to be recorded again.
 */
export async function recordEntries(
  context: CountContext,
  series: Series,
  entriesBySlice: ReadonlyMap<number, readonly string[]>,
  expiresAt: number,
): Promise<void> {
  const writes = [...entriesBySlice].flatMap(([slice, entries]) =>
    portions(entries).map((portion) => ({ slice, portion })),
  );
  await forEachConcurrently(writes, SLICES_AT_A_TIME, ({ slice, portion }) =>
    writeEntries(context, series, slice, portion, expiresAt),
  );
}

/** Entries that fit into an item each time. */
function portions(entries: readonly string[]): string[][] {
  const all: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    bytes += entry.length;
    if (bytes > PORTION_BYTES) {
      all.push([]);
      bytes = entry.length;
    }
    all.at(-1)?.push(entry);
  }
  return all;
}

/** When items of now may be forgotten: nothing may then be counted into their windows, nor read for them. */
export function expiryOf(now: number, withinMs: number): number {
  return now + LATE_MS_MAX + AHEAD_MS_MAX + 2 * withinMs;
}

async function writeEntries(
  context: CountContext,
  series: Series,
  slice: number,
  entries: string[],
  expiresAt: number,
): Promise<void> {
  const known = context.memory.of(series);
  for (let attempt = 1; ; attempt++) {
    try {
      await keepShardRecorded(context, series, known, expiresAt);
      return await writeOnce(context, series, known, slice, entries, expiresAt);
    } catch (error) {
      if (attempt === SPREAD_ATTEMPTS || !isThrottled(error)) throw error;
      const shards = Math.min(known.shards * 2, SHARDS_MAX);
      await raiseShards(context.table, series, shards, expiresAt);
      const other = 1 + (hash(`${entries[0]}${attempt}`).charCodeAt(0) % (shards - 1));
      moveTo(known, shards, other, context.clock());
    }
  }
}

async function writeOnce(
  { table, memory }: CountContext,
  series: Series,
  known: SeriesMemory,
  slice: number,
  entries: string[],
  expiresAt: number,
): Promise<void> {
  const pk = partition(series, known.shard);
  const writer = memory.writer(entries.join());
  const added = entriesBytes(new Set(entries));
  const before = known.places.get(slice);
  const fits = before === undefined || before.bytes + added <= ITEM_BYTES_MAX;
  const chunk = before === undefined ? 0 : fits ? before.chunk : before.chunk + 1;
  const sk = itemSortKey(slice, writer, chunk);
  const set = { ttl: Math.ceil(expiresAt / 1000) };
  const item = await table.update({ pk, sk }, { set, add: { ids: new Set(entries), writes: 1 } });
  known.places.delete(slice);
  known.places.set(slice, { chunk, bytes: itemBytes(item ?? { pk, sk }) });
  const [oldest] = known.places.keys();
  if (known.places.size > PLACES_MAX && oldest !== undefined) known.places.delete(oldest);
}

/** A partition beside the first is read only while the head names it, so the head must not expire before it. */
async function keepShardRecorded(
  { table, clock }: CountContext,
  series: Series,
  known: SeriesMemory,
  expiresAt: number,
): Promise<void> {
  if (known.shard === 0 || clock() < (known.shardSeenAt ?? 0) + SHARD_SEEN_MS) return;
  await raiseShards(table, series, known.shards, expiresAt);
  known.shardSeenAt = clock();
}

function isThrottled(error: unknown): boolean {
  return error instanceof PortError && error.transient && THROTTLED.has(error.code);
}

const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
]);
