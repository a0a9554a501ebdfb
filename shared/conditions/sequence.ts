/**
 * Events in their order, (timestamp, id), of one log stream or group, each with a symbol: for `consecutive` whether it
 * matched, for `change` the value it had. Written like counts, as entries of sets in slices of event time, so that
 * redelivered and reordered events find their place; judged with every write.
 *
 * An event is entered by itself where a batch brings few; where it brings many, events of one symbol in a row are
 * entered as one, with the first, the last and their number. Only events of another batch that lie inside such a row
 * are then seen before or after all of it.
 */
import { hash, LIGHT_MAX } from '../count/entries.ts';
import { readSets } from '../count/read.ts';
import { type Slicing, sliceAt } from '../count/slices.ts';
import { AHEAD_MS_MAX, LATE_MS_MAX, type Series } from '../count/store.ts';
import type { Table } from '../ports.ts';

/** Events of one symbol, one after the other. */
export interface Row {
  firstAt: number;
  firstId: string;
  lastAt: number;
  events: number;
  symbol: string;
}

export interface Placed {
  id: string;
  at: number;
  symbol: string;
}

export const SEQUENCE_SLICING: Slicing = { sliceMs: 10_000, windowSlices: 1 };
/** How far back (ms) what lies before an event is looked for, further each time. */
const REACHES_MS = [60_000, 600_000, 7_200_000, 93_600_000];
/** CloudWatch's ids, also with a name of their stream behind them, are shorter. */
const ID_LENGTH_MAX = 72;
const LONG_ID_LENGTH = 60;
const SEPARATOR = '|';

/** The entries of a batch's events, by slice; of a row in a large batch `singles` are entered by themselves first. */
export function rowEntries(placed: readonly Placed[], singles: number): Map<number, string[]> {
  const inOrder = placed.map(rowOf).sort(byStart);
  const rows = inOrder.filter((row, index) => index === 0 || byStart(row, inOrder[index - 1]) !== 0);
  const entries = new Map<number, string[]>();
  for (const row of rows.length <= LIGHT_MAX ? rows : joined(rows, singles)) {
    const slice = sliceAt(row.firstAt, SEQUENCE_SLICING);
    const text = [row.firstAt.toString(36), row.firstId, row.lastAt.toString(36), row.events, row.symbol];
    const known = entries.get(slice);
    if (known === undefined) entries.set(slice, [text.join(SEPARATOR)]);
    else known.push(text.join(SEPARATOR));
  }
  return entries;
}

/**
 * The rows around events that lie from `fromMs` on: all later ones, and so many before them that `isEnough` says so, or
 * that there are no more. In order.
 */
export async function readRows(
  table: Table,
  series: Series,
  fromMs: number,
  isEnough: (before: readonly Row[]) => boolean,
): Promise<Row[]> {
  const last = sliceAt(fromMs + LATE_MS_MAX + AHEAD_MS_MAX, SEQUENCE_SLICING);
  let rows: Row[] = [];
  for (const reachMs of REACHES_MS) {
    const sets = await readSets(table, series, sliceAt(fromMs - reachMs, SEQUENCE_SLICING), last);
    const entries = new Set([...sets.values()].flat().flatMap((set) => [...set]));
    rows = [...entries].map(parseRow).sort(byStart);
    if (isEnough(rows.filter(({ firstAt }) => firstAt < fromMs))) break;
  }
  return rows;
}

function rowOf({ id, at, symbol }: Placed): Row {
  const isShort = id.length <= ID_LENGTH_MAX && !id.includes(SEPARATOR);
  const firstId = isShort ? id : `${id.slice(0, LONG_ID_LENGTH).replaceAll(SEPARATOR, '_')}\0${hash(id)}`;
  return { firstAt: at, firstId, lastAt: at, events: 1, symbol };
}

/** Rows of one symbol that follow each other as one, but for the first ones. */
function joined(rows: readonly Row[], singles: number): Row[] {
  const all: Row[] = [];
  let inRow = 0;
  for (const row of rows) {
    const last = all.at(-1);
    inRow = last?.symbol === row.symbol ? inRow + 1 : 1;
    if (last === undefined || inRow <= singles + 1) all.push({ ...row });
    else {
      last.events += row.events;
      last.lastAt = Math.max(last.lastAt, row.lastAt);
    }
  }
  return all;
}

function parseRow(entry: string): Row {
  const [firstAt = '', firstId = '', lastAt = '', events, ...symbol] = entry.split(SEPARATOR);
  return {
    firstAt: Number.parseInt(firstAt, 36),
    firstId,
    lastAt: Number.parseInt(lastAt, 36),
    events: Number(events),
    symbol: symbol.join(SEPARATOR),
  };
}

function byStart(a: Row, b: Row | undefined): number {
  if (b === undefined) return 1;
  return a.firstAt - b.firstAt || (a.firstId < b.firstId ? -1 : a.firstId > b.firstId ? 1 : 0);
}
