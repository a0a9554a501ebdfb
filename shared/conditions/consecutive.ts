/** `consecutive`: that many events of `of` in a row match, within one log stream; over with the first that does not. */
import type { Condition } from '../config/model.ts';
import type { Series } from '../count/store.ts';
import type { Table } from '../ports.ts';
import type { Observation } from './observation.ts';
import { OPEN_END, type Run } from './runs.ts';
import { type Placed, type Row, readRows, rowEntries } from './sequence.ts';

export type ConsecutiveCondition = Extract<Condition, { kind: 'consecutive' }>;

const MATCHED = '+';
const OTHER = '-';
const SINGLES_MAX = 50;

/** The entries of a batch's events of one log stream, by slice. */
export function consecutiveEntries(
  { count }: ConsecutiveCondition,
  observations: readonly Observation[],
): Map<number, string[]> {
  return rowEntries(placed(observations), Math.min(count, SINGLES_MAX));
}

/** The events that take part in rows, each as one that matched or one that ends a row. */
export function placed(observations: readonly Observation[]): Placed[] {
  return observations
    .filter(({ of }) => of)
    .map(({ id, at, matched }) => ({ id, at, symbol: matched ? MATCHED : OTHER }));
}

/** The stretches that hold at `fromMs` or later, the last one perhaps without an end. */
export async function judgeConsecutive(
  table: Table,
  series: Series,
  { count }: ConsecutiveCondition,
  fromMs: number,
): Promise<Run[]> {
  const rows = await readRows(table, series, fromMs, (before) => isDecided(before, count));
  const runs: Run[] = [];
  let inRow = 0;
  let open: Run | undefined;
  for (const row of rows) {
    if (row.symbol !== MATCHED) {
      if (open !== undefined) open.endsAt = row.firstAt;
      [inRow, open] = [0, undefined];
      continue;
    }
    inRow += row.events;
    if (inRow < count) continue;
    if (open === undefined) {
      open = {
        startsAt: timeOf(row, inRow - row.events, count),
        endsAt: OPEN_END,
        peak: inRow,
        value: inRow,
      };
      runs.push(open);
    }
    Object.assign(open, { peak: inRow, value: inRow });
  }
  return runs.filter(({ endsAt }) => endsAt >= fromMs);
}

/** When the match came with which there were enough. */
function timeOf({ firstAt, lastAt }: Row, before: number, count: number): number {
  return before + 1 >= count ? firstAt : lastAt;
}

/** Whether what lies before an event says how many in a row it follows, as far as that matters. */
function isDecided(before: readonly Row[], count: number): boolean {
  let matches = 0;
  for (const row of before.toReversed()) {
    if (row.symbol !== MATCHED) return true;
    matches += row.events;
    if (matches >= count) return true;
  }
  return false;
}
