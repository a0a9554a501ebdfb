/**
 * Counts of matches per series (one rule and one group of it) and slice of event time, each log event exactly once.
 *
 * Layout: `pk` = series (and shard), `sk` = slice, stint, writer, chunk. An item holds a set of entries (`entries.ts`);
 * the count of a slice is the size of the union of its items' sets. A write is `ADD` to a set: it needs no condition,
 * and the same batch may be written again, by anyone, into any item. Each warm function writes items of its own and
 * begins the next chunk before an item reaches 1 KB, so that a write costs one unit at any load, with nothing to agree
 * on.
 *
 * Exactness: up to `LIGHT_MAX` matches of a batch in a slice are entered by event id, exact under any redelivery, also
 * one that regroups events. More are entered as one batch, exact under an identical redelivery (a Lambda retry); a
 * regrouped one can count such a batch's matches of a slice once more for each grouping that they come in, and never
 * counts fewer than there are. So does a batch that comes again with other events than before: some are too late by
 * then, or the rule's intervals were edited.
 *
 * Reading: write first, read strongly afterwards, so that of those who together cross a threshold the last sees all.
 * A window is one Query. Slices that ended `OPEN_MS` ago are closed: warm functions remember their counts and read only
 * what is newer, with the head in the same Query (`recent.ts`). Slices longer than a stint (10 s of processing time) are
 * closed stint by stint: who writes names the stint it is in, so that what is open is small in a slice of any length.
 * Whoever finds after writing that its slice or stint was closed raises the head's `late`, and then reads: whatever is
 * remembered of an older `late` is void. It carries the `late` that was known before its read began, so that the order
 * within a Query does not matter. Clocks may differ by `SKEW_MS`.
 *
 * Throttled writes go to another partition (a shard suffix), recorded in the head before the first one.
 *
 * Cost, per batch and touched series, measured (`test/bench/cost`) from 0.1 to 100 batches/s, windows of a minute, five
 * and an hour: up to 1 batch/s 1.0 write unit per slice and 1.0 read unit, none while the alert is known to fire. At
 * more than 2 batches/s, where what is open exceeds 4 KB, functions announce instead of reading (`conditions/live.ts`):
 * at most 2.0 write units and 0.25 read units, at any rate.
 * Limits: the 4 KB that a read unit holds are full at some 100 matches in 20 to 30 s beside the items' own 100 bytes:
 * ten matches in each batch, one batch a second, in turn by three functions, cost up to 2.0 read units. A batch with a
 * late slice costs 1 write unit and a whole window's read more, and everyone who remembers the series reads its window
 * once again. One series takes some 500 batches/s while it announces (its head is one item), 16 × 1,000 writes/s
 * otherwise; a shard more is a Query more, as long as the head lives. Items vanish by TTL once nothing may still be
 * counted into their windows.
 */
import { forEachConcurrently } from '../concurrency.ts';
import { type Clock, PortError, type Table } from '../ports.ts';
import { entriesOf, hash } from './entries.ts';
import { bumpLate, raiseShards } from './head.ts';
import { entriesBytes, itemBytes, itemSortKey, partition, placeOf, type Series } from './layout.ts';
import { type CountMemory, moveTo, type Place, type SeriesMemory } from './memory.ts';
import { mayBeClosed, type Slicing, STINTS, stintAt } from './slices.ts';

export type { Series } from './layout.ts';
export type { Counts } from './memory.ts';

/** How late (ms) an event may be and still count (contract §1.3, "Clocks"). */
export const LATE_MS_MAX = 24 * 3_600_000;
/** How far ahead (ms) of processing time an event may lie and still count. */
export const AHEAD_MS_MAX = 2 * 3_600_000;

const ITEM_BYTES_MAX = 1024;
/** Keys end in a writer's name and a chunk's number: so many bytes, or fewer. */
const WRITER_BYTES = 8;
const SHARDS_MAX = 16;
const SPREAD_ATTEMPTS = 4;
const SHARD_SEEN_MS = 3_600_000;
const WRITES_AT_A_TIME = 8;
const PLACES_MAX = 64;

export interface CountContext {
  table: Table;
  memory: CountMemory;
  clock: Clock;
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
  const stint = stintAt(context.clock(), slicing);
  const entries = new Map(
    [...idsBySlice].map(([slice, ids]) => [placeOf(slice, stint), entriesOf(ids)] as const),
  );
  await recordAt(context, series, entries, expiresAt);
  const now = context.clock();
  const isLate =
    (stint !== undefined && mayBeClosed(stint, now, STINTS)) ||
    [...idsBySlice.keys()].some((slice) => mayBeClosed(slice, now, slicing));
  if (isLate) await bumpLate(context.table, series, now, expiresAt);
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
  const entries = new Map([...entriesBySlice].map(([slice, found]) => [placeOf(slice, undefined), found]));
  await recordAt(context, series, entries, expiresAt);
}

async function recordAt(
  context: CountContext,
  series: Series,
  entriesByPlace: ReadonlyMap<string, readonly string[]>,
  expiresAt: number,
): Promise<void> {
  const writes = [...entriesByPlace].flatMap(([place, entries]) =>
    portions(entries, roomIn(series, place)).map((portion) => ({ place, portion })),
  );
  await forEachConcurrently(writes, WRITES_AT_A_TIME, ({ place, portion }) =>
    writeEntries(context, series, place, portion, expiresAt),
  );
}

/** What is left for entries in an item of a KB, bytes. */
function roomIn(series: Series, place: string): number {
  const key = { pk: partition(series, SHARDS_MAX), sk: itemSortKey(place, '', 0) };
  return ITEM_BYTES_MAX - itemBytes(key) - WRITER_BYTES;
}

/** Entries that fit into an item each time. */
function portions(entries: readonly string[], room: number): string[][] {
  const all: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    bytes += entry.length;
    if (bytes > room) {
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
  place: string,
  entries: string[],
  expiresAt: number,
): Promise<void> {
  const known = context.memory.of(series);
  for (let attempt = 1; ; attempt++) {
    try {
      await keepShardRecorded(context, series, known, expiresAt);
      return await writeOnce(context, series, known, place, entries, expiresAt);
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
  place: string,
  entries: string[],
  expiresAt: number,
): Promise<void> {
  const pk = partition(series, known.shard);
  const writer = memory.writer(entries.join());
  const ids = new Set(entries);
  const empty = itemBytes({ pk, sk: itemSortKey(place, writer, 0) });
  const { chunk } = reserve(known, place, empty, entriesBytes(ids));
  const sk = itemSortKey(place, writer, chunk);
  const set = { ttl: Math.ceil(expiresAt / 1000) };
  const item = await table.update({ pk, sk }, { set, add: { ids, writes: 1 } });
  const reserved = known.places.get(place);
  // Others may have reserved more in the same item meanwhile, and before this function was born somebody wrote into it.
  if (reserved?.chunk === chunk) reserved.bytes = Math.max(reserved.bytes, itemBytes(item ?? { pk, sk }));
}

/** Takes the room for entries before they are written: what is written at the same time goes elsewhere once it is full. */
function reserve({ places }: SeriesMemory, place: string, empty: number, added: number): Place {
  const before = places.get(place);
  const fits = before !== undefined && before.bytes + added <= ITEM_BYTES_MAX;
  const next = { chunk: before === undefined ? 0 : before.chunk + 1, bytes: empty + added };
  const reserved = fits ? { chunk: before.chunk, bytes: before.bytes + added } : next;
  places.delete(place);
  places.set(place, reserved);
  const [oldest] = places.keys();
  if (places.size > PLACES_MAX && oldest !== undefined) places.delete(oldest);
  return reserved;
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
