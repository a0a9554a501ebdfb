/** Where the counters of a series stand in the table; what stands there and why is told in `store.ts`. */
import type { Item, Value } from '../ports.ts';

/** Identifies the counters of one rule, as long as what it counts is unchanged, and one of its groups. */
export interface Series {
  ruleId: string;
  /** Changes with the rule's match, logGroups, fields, groupBy or when: counting starts anew. */
  generation: string;
  fingerprint: string;
}

/** Seconds since 1970 have ten digits until the year 2286, and a slice is a second at least. */
const SLICE_DIGITS = 10;
/** Stints since 1970, in base 36, have six digits until the year 2659. */
const STINT_DIGITS = 6;

/** Sorts behind every slice, so that one Query from a slice on brings it too. */
export const HEAD_SORT_KEY = '~';

/** The partition of a series; hot ones are spread over several, from 0. */
export function partition({ ruleId, generation, fingerprint }: Series, shard = 0): string {
  const series = `count#${ruleId}#${generation}#${fingerprint}`;
  return shard === 0 ? series : `${series}#${shard}`;
}

/** One name per series, for what a function remembers. */
export function seriesName(series: Series): string {
  return partition(series);
}

/**
 * What the sort keys of a slice's items begin with. Those with a stint stand in the order of stints, and before those
 * without, which writers of the first release made in slices of any length.
 */
export function placeOf(slice: number, stint: number | undefined): string {
  const within = stint === undefined ? '' : `!${stint.toString(36).padStart(STINT_DIGITS, '0')}`;
  return `${digits(slice)}${within}`;
}

/** Where a writer's item number `chunk` of a slice stands; `place`: what `placeOf` says. */
export function itemSortKey(place: string, writer: string, chunk: number): string {
  return `${place}#${writer}${chunk.toString(36)}`;
}

/** Sorts before every item of the slice. */
export function sliceFrom(slice: number): string {
  return digits(slice);
}

/** Sorts behind every item of the slice, and before the next slice. */
export function sliceTo(slice: number): string {
  return `${digits(slice)}$`;
}

/** The slice that an item belongs to, by its sort key. */
export function sliceOfSortKey(sk: string): number {
  return Number(sk.slice(0, SLICE_DIGITS));
}

/** The entries of an item, none where it is no slice's. */
export function entriesIn(item: Item): ReadonlySet<string> {
  return item.ids instanceof Set ? item.ids : NO_ENTRIES;
}

const NO_ENTRIES: ReadonlySet<string> = new Set();
/** The names of an item's attributes, its expiry, and some room. */
const FIXED_BYTES = 32;

/** Size (bytes) of an item as DynamoDB counts it, or a little more. All its text is ASCII. */
export function itemBytes(item: Item): number {
  return item.pk.length + item.sk.length + FIXED_BYTES + entriesBytes(item.ids);
}

/** Size (bytes) of entries, which are ASCII; 0 for what is no set. */
export function entriesBytes(entries: Value | undefined): number {
  let bytes = 0;
  if (entries instanceof Set) for (const entry of entries) bytes += entry.length;
  return bytes;
}

function digits(slice: number): string {
  return String(Math.max(slice, 0)).padStart(SLICE_DIGITS, '0');
}
