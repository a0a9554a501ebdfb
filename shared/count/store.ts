/**
 * Counts of matches per series (one rule and one group of it) and slice of event time, each log event exactly once.
 *
 * Layout: one item per series and slice, `pk` = series, `sk` = slice; a window is read by one Query. Per batch and
 * slice one unconditional or once-only write:
 * - few matches (`LIGHT_MAX` or fewer): `ADD ids :hashes of the event ids`. The count is the size of the set, so it
 *   is exact under any redelivery, also one that regroups events into other batches.
 * - many matches: `ADD hits :n, batches :batch` guarded by `NOT contains(batches, :batch)`, the batch's id being a
 *   hash of its event ids. Exact under an identical redelivery (a Lambda retry); a regrouped one can count the
 *   matches of a slice twice, where more than `LIGHT_MAX` of them were in one batch.
 * Which way is taken depends on the batch alone, so a retry always takes the same.
 *
 * Cost: 1 write unit per touched slice while the item is under 1 KB (some 70 light events or heavy batches a slice),
 * 1 read unit per 4 KB of window. Items vanish by TTL once nothing may still be counted into their windows.
 */
import { createHash } from 'node:crypto';
import type { Item, Table } from '../ports.ts';

/** Hash of an event id, 8 bytes: within one slice a collision is out of question. */
const HASH_BYTES = 8;
const LIGHT_MAX = 16;
const SLICE_DIGITS = 12;

/** How late (ms) an event may be and still count (contract §1.3, "Clocks"). */
export const LATE_MS_MAX = 24 * 3_600_000;
/** How far ahead (ms) of processing time an event may lie and still count. */
export const AHEAD_MS_MAX = 2 * 3_600_000;

/** Identifies the counters of one rule, as long as what it counts is unchanged, and one of its groups. */
export interface Series {
  ruleId: string;
  /** Changes with the rule's match, logGroups, fields, groupBy or when: counting starts anew. */
  generation: string;
  fingerprint: string;
}

/** Slice number → matches. */
export type Counts = Map<number, number>;

/** Counts the events (by id) into a slice, once however often it is called. `expiresAt`: ms, processing time. */
export async function recordMatches(
  table: Table,
  series: Series,
  slice: number,
  eventIds: readonly string[],
  expiresAt: number,
): Promise<void> {
  const key = { pk: partition(series), sk: sortKey(slice) };
  const ids = [...new Set(eventIds.map(hash))];
  const set = { ttl: Math.ceil(expiresAt / 1000) };
  if (ids.length <= LIGHT_MAX) {
    await table.update(key, { set, add: { ids: new Set(ids) } });
    return;
  }
  const batch = hash(ids.sort().join());
  await table.update(key, { set, add: { hits: ids.length, batches: new Set([batch]) } }, [
    [{ attribute: 'batches', is: 'lacks', value: batch }],
  ]);
}

/** The counts of the slices `from` to `to`, both included; slices without matches are left out. */
export async function readCounts(table: Table, series: Series, from: number, to: number): Promise<Counts> {
  const items = await table.query({ pk: partition(series), from: sortKey(from), to: sortKey(to) });
  return new Map(items.map((item) => [Number(item.sk), countOf(item)]));
}

function countOf(item: Item): number {
  const hits = typeof item.hits === 'number' ? item.hits : 0;
  return hits + (item.ids instanceof Set ? item.ids.size : 0);
}

function partition({ ruleId, generation, fingerprint }: Series): string {
  return `count#${ruleId}#${generation}#${fingerprint}`;
}

function sortKey(slice: number): string {
  return String(Math.max(slice, 0)).padStart(SLICE_DIGITS, '0');
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, HASH_BYTES).toString('base64url');
}
