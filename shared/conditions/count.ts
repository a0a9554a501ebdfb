/**
 * `count`: that many matches lie in a window. Judged after every write, over every window that the written slices
 * touch, so an alert leaves with the batch that crossed the threshold (contract §1.3).
 */
import type { Condition } from '../config/model.ts';
import { type Slicing, sliceAt, slicingOf } from '../count/slices.ts';
import { type Counts, readCounts, type Series } from '../count/store.ts';
import type { Table } from '../ports.ts';
import { satisfies } from './compare.ts';
import { holdingRuns, type Run, windowSum } from './runs.ts';

type CountCondition = Extract<Condition, { kind: 'count' }>;

/** What the counts say about a stretch of event time. */
export interface Judgement {
  runs: Run[];
  /** Counts per slice that were read, for the chart; `at` is the slice's start, ms. */
  series: { at: number; value: number }[];
}

/**
 * Judges every window that contains an instant of [fromMs, toMs]. A run that already holds in the first of those
 * windows is followed back to its true start.
 */
export async function judgeCount(
  table: Table,
  series: Series,
  condition: CountCondition,
  fromMs: number,
  toMs: number,
): Promise<Judgement> {
  const slicing = slicingOf(condition.withinMs);
  const span = slicing.windowSlices - 1;
  const first = sliceAt(fromMs, slicing);
  const upTo = sliceAt(toMs, slicing);
  const counts = await readCounts(table, series, first - span, upTo + span);
  const holds = (sum: number) => satisfies(sum, condition.is);
  const from = holds(windowSum(counts, slicing, first))
    ? await extendBack(table, series, slicing, counts, first, holds)
    : first;
  const runs = holdingRuns(counts, slicing, from, upTo + span, upTo, holds);
  return { runs, series: chartOf(counts, slicing) };
}

/** Reads further back, adding to `counts`, until a window that does not hold; answers the run's first slice. */
async function extendBack(
  table: Table,
  series: Series,
  slicing: Slicing,
  counts: Counts,
  known: number,
  holds: (sum: number) => boolean,
): Promise<number> {
  const span = slicing.windowSlices - 1;
  let from = known;
  for (;;) {
    const earlier = from - slicing.windowSlices;
    const more = await readCounts(table, series, earlier - span, from - span - 1);
    for (const [slice, count] of more) counts.set(slice, count);
    const runs = holdingRuns(counts, slicing, earlier, from, from, holds);
    const start = sliceAt(runs.at(-1)?.startsAt ?? 0, slicing);
    if (start > earlier) return start;
    from = earlier;
  }
}

function chartOf(counts: Counts, { sliceMs }: Slicing): { at: number; value: number }[] {
  return [...counts].sort(([a], [b]) => a - b).map(([slice, value]) => ({ at: slice * sliceMs, value }));
}
