/**
 * `count`: that many matches lie in a window. Judged after every write, over every window that the written slices
 * touch, so an alert leaves with the batch that crossed the threshold (contract §1.3).
 */
import type { Condition, Rule } from '../config/model.ts';
import { readCounts } from '../count/read.ts';
import { type Slicing, sliceAt, sliceStart, slicingOf } from '../count/slices.ts';
import type { Counts, Series } from '../count/store.ts';
import type { Table } from '../ports.ts';
import { growsInto, satisfies } from './compare.ts';
import { holdingRuns, joinRuns, type Run, windowSum } from './runs.ts';

export type CountCondition = Extract<Condition, { kind: 'count' }>;

/** The rule's condition where it asks for nothing but many matches: most do, and need least. */
export function onlyCount({ when }: Rule): CountCondition | null {
  const [clause, ...others] = when;
  if (clause?.condition.kind !== 'count' || others.length > 0 || clause.forMs > 0) return null;
  return growsInto(clause.condition.is) ? clause.condition : null;
}

/** What the counts say about a stretch of event time. */
export interface Judgement {
  runs: Run[];
  /** Counts per slice that were read, of the last windows; `at` is the slice's start, ms. */
  chart: () => { at: number; value: number }[];
}

/** The counts of the slices from one to another, both included, or more than these. */
export type ReadSlices = (from: number, to: number) => Promise<Counts>;

/** Windows judged from one read: what bounds memory where a stretch is long. */
const WINDOWS_AT_A_TIME = 8;
const CHART_WINDOWS = 3;

/**
 * Judges every window that contains an instant of [fromMs, toMs]. A run that already holds in the first of those
 * windows is followed back to its start, but not beyond `sinceMs`, from which on it is known to hold.
 */
export async function judgeCount(
  table: Table,
  series: Series,
  condition: CountCondition,
  fromMs: number,
  toMs: number,
  sinceMs = 0,
): Promise<Judgement> {
  const read = (from: number, to: number) => readCounts(table, series, from, to);
  return await judgeSlices(read, condition, fromMs, toMs, sinceMs);
}

/** The same over any source of counts. */
export async function judgeSlices(
  read: ReadSlices,
  condition: CountCondition,
  fromMs: number,
  toMs: number,
  sinceMs = 0,
): Promise<Judgement> {
  const slicing = slicingOf(condition.withinMs);
  const span = slicing.windowSlices - 1;
  const holds = (sum: number) => satisfies(sum, condition.is);
  const [first, upTo] = [sliceAt(fromMs, slicing), sliceAt(toMs, slicing)];
  const step = slicing.windowSlices * WINDOWS_AT_A_TIME;
  let runs: Run[] = [];
  let chart: Judgement['chart'] = () => [];
  for (let from = first; from <= upTo + span; from += step) {
    const to = Math.min(from + step - 1, upTo + span);
    const counts = await read(from - span, to);
    const began =
      from === first && holds(windowSum(counts, slicing, first))
        ? await startOfRun(read, slicing, holds, first, Math.min(first, sliceAt(sinceMs, slicing)))
        : undefined;
    const found = holdingRuns(counts, slicing, from, to, upTo, holds);
    if (began !== undefined && found[0] !== undefined) found[0].startsAt = began;
    runs = joinRuns(runs, found, sliceStart(upTo + 1, slicing));
    const before = chart;
    chart = () => continued(before(), counts, from - span, slicing);
  }
  return { runs, chart };
}

/** Reads back from a slice whose window holds, until a window that does not; answers the run's start, ms. */
async function startOfRun(
  read: ReadSlices,
  slicing: Slicing,
  holds: (sum: number) => boolean,
  known: number,
  since: number,
): Promise<number> {
  const span = slicing.windowSlices - 1;
  let start = known;
  while (start > since) {
    const earlier = start - slicing.windowSlices;
    const counts = await read(earlier - span, start - 1);
    const run = holdingRuns(counts, slicing, earlier, start - 1, start - 1, holds).at(-1);
    if (run === undefined || run.endsAt < sliceStart(start, slicing)) break;
    start = sliceAt(run.startsAt, slicing);
    if (start > earlier) break;
  }
  return sliceStart(Math.max(start, since), slicing);
}

function continued(chart: ReturnType<Judgement['chart']>, counts: Counts, from: number, slicing: Slicing) {
  const points = [...counts].sort(([a], [b]) => a - b);
  const added = points.map(([slice, value]) => ({ at: sliceStart(slice, slicing), value }));
  const before = chart.filter(({ at }) => at < sliceStart(from, slicing));
  return [...before, ...added].slice(-CHART_WINDOWS * slicing.windowSlices);
}
