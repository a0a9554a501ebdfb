/**
 * Reading the newest windows after a write, of which a warm function knows what is closed; see `store.ts` for what
 * that rests on.
 */
import type { Item, Table } from '../ports.ts';
import { hash } from './entries.ts';
import { type Head, headOf } from './head.ts';
import {
  entriesIn,
  HEAD_SORT_KEY,
  itemBytes,
  partition,
  placeOf,
  type Series,
  sliceFrom,
  sliceOfSortKey,
} from './layout.ts';
import { type Closed, type Counts, moveTo, type SeriesMemory } from './memory.ts';
import { countsOf, queryShards, type SliceSets, setsOf } from './read.ts';
import { lastClosed, type Slicing, STINTS, stintAt } from './slices.ts';
import type { CountContext } from './store.ts';

/** Entries remembered of a slice that is closed in part; where there are more, all of the slice is read. */
const BEGUN_MAX = 4_000;

/** What stands in items that may still be written to. */
export interface Open {
  bytes: number;
  /** How often they were written. */
  writes: number;
}

export interface RecentCounts {
  counts: Counts;
  head: Head;
  open: Open;
}

/** The counts of all slices from `from` on, also those ahead of now; what is closed from memory while it is true. */
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
  const counts = countsOf(withBegun(setsOf(items), from, closed));
  for (const [slice, count] of closed?.counts ?? []) if (slice >= from) counts.set(slice, count);
  const border = borderAt(nowBefore, slicing);
  // A head that does not exist was never written, so nothing was late before this read.
  const late = closed?.late ?? (head.exists ? lateBefore : head.late);
  if (late === head.late && (closed !== undefined || bytesOf(items) > context.memory.sizes.cachedFromBytes)) {
    known.closed = closedUpTo(border, { late, from, items, counts, before: closed });
  }
  return { counts, head, open: openIn(items, border) };
}

function startOf(from: number, closed: Closed | undefined): string {
  const start = sliceFrom(from);
  return closed === undefined || closed.upTo < start ? start : closed.upTo;
}

function withBegun(sets: SliceSets, from: number, closed: Closed | undefined): SliceSets {
  if (closed === undefined || closed.begun.slice < from || closed.begun.entries.size === 0) return sets;
  const { slice, entries } = closed.begun;
  return sets.set(slice, [...(sets.get(slice) ?? []), entries]);
}

/** Where what is closed ends. */
interface Border {
  slice: number;
  key: string;
}

function borderAt(now: number, slicing: Slicing): Border {
  const slice = lastClosed(now, slicing) + 1;
  const stint = stintAt(now, slicing) === undefined ? undefined : lastClosed(now, STINTS) + 1;
  return { slice, key: stint === undefined ? sliceFrom(slice) : placeOf(slice, stint) };
}

function openIn(items: readonly Item[], { key }: Border): Open {
  const open = items.filter(({ sk }) => sk >= key);
  return { bytes: bytesOf(open), writes: open.reduce((sum, item) => sum + Number(item.writes ?? 0), 0) };
}

function bytesOf(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + itemBytes(item), 0);
}

interface Found {
  late: number;
  from: number;
  items: readonly Item[];
  counts: Counts;
  before: Closed | undefined;
}

function closedUpTo(
  { slice, key }: Border,
  { late, from, items, counts, before }: Found,
): Closed | undefined {
  if (before !== undefined && before.upTo >= key) return before;
  if (key <= sliceFrom(from)) return undefined;
  const begunBefore = before?.begun.slice === slice ? before.begun.entries : [];
  const closing = items.filter(({ sk }) => sliceOfSortKey(sk) === slice && sk < key);
  const entries = new Set([...begunBefore, ...closing.flatMap((item) => [...entriesIn(item)])]);
  const whole = new Map([...counts].filter(([counted]) => counted < slice));
  if (entries.size <= BEGUN_MAX) {
    return { late, from, upTo: key, counts: whole, begun: { slice, entries } };
  }
  if (before?.begun.slice === slice) return before;
  return { late, from, upTo: sliceFrom(slice), counts: whole, begun: { slice, entries: new Set() } };
}

/** More partitions than known: writers spread over all of them. */
function learnShards(context: CountContext, known: SeriesMemory, { shards }: Head, now: number): void {
  if (shards <= known.shards) return;
  moveTo(known, shards, hash(context.memory.writer('')).charCodeAt(0) % shards, now);
}

async function queryFrom(table: Table, series: Series, from: string): Promise<{ items: Item[]; head: Head }> {
  const range = { from, to: HEAD_SORT_KEY };
  const found = await table.query({ pk: partition(series), ...range });
  const last = found.at(-1);
  if (last?.sk !== HEAD_SORT_KEY) return { items: found, head: headOf(undefined) };
  found.pop();
  const head = headOf(last);
  return { items: [...found, ...(await queryShards(table, series, head.shards, range))], head };
}
