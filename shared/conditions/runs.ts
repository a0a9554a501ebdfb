import { type Slicing, sliceStart } from '../count/slices.ts';
import type { Counts } from '../count/store.ts';

/** The end (ms) of what holds until an event ends it: the year 9999. */
export const OPEN_END = Date.UTC(9999, 0, 1);

/** Numbers and texts behind a value, by name. Texts are redacted. */
export type Measured = Record<string, number | string>;

/** A stretch of event time in which a condition held without a break. */
export interface Run {
  /** Start of the slice in which the first window that holds ends, ms. */
  startsAt: number;
  /** End of the last slice in which a window that holds ends, ms. */
  endsAt: number;
  /** The largest window of the run. */
  peak: number;
  /** The latest window of the run that ends by `upTo`: what the condition's value is now. */
  value: number;
  /** Where it did not hold for a time too short to count, ms, in order; absent: nowhere. */
  gaps?: { from: number; to: number }[];
  /** What is behind the value, by name; absent: nothing. */
  measured?: Measured;
}

/**
 * The runs of consecutive slices in [from, to] whose window, ending in that slice, holds. `counts` must reach back
 * `windowSlices − 1` slices before `from`. `upTo` is the slice of now: windows that end later only wait for events
 * to leave them.
 */
export function holdingRuns(
  counts: Counts,
  slicing: Slicing,
  from: number,
  to: number,
  upTo: number,
  holds: (windowSum: number) => boolean,
): Run[] {
  const runs: Run[] = [];
  let open: Run | undefined;
  let sum = windowSum(counts, slicing, from);
  for (let slice = from; slice <= to; slice++) {
    if (holds(sum)) {
      open ??= begin(runs, sliceStart(slice, slicing), sum);
      open.endsAt = sliceStart(slice + 1, slicing);
      open.peak = Math.max(open.peak, sum);
      if (slice <= upTo) open.value = sum;
    } else open = undefined;
    sum += (counts.get(slice + 1) ?? 0) - (counts.get(slice + 1 - slicing.windowSlices) ?? 0);
  }
  return runs;
}

function begin(runs: Run[], startsAt: number, sum: number): Run {
  const run = { startsAt, endsAt: startsAt, peak: sum, value: sum };
  runs.push(run);
  return run;
}

/** Sum of the window that ends in a slice. */
export function windowSum(counts: Counts, { windowSlices }: Slicing, slice: number): number {
  let sum = 0;
  for (let back = 0; back < windowSlices; back++) sum += counts.get(slice - back) ?? 0;
  return sum;
}

/**
 * Runs of two adjoining stretches as one list: what ends where the other begins is one run. `upToMs`: the end of the
 * slice of now.
 */
export function joinRuns(
  earlier: readonly Run[],
  later: readonly Run[],
  upToMs: number,
  worse: (a: number, b: number) => number = Math.max,
): Run[] {
  const [last, next] = [earlier.at(-1), later[0]];
  if (last === undefined || next === undefined || last.endsAt !== next.startsAt)
    return [...earlier, ...later];
  const current = next.startsAt < upToMs ? next : last;
  const joined = {
    ...current,
    startsAt: last.startsAt,
    endsAt: next.endsAt,
    peak: worse(last.peak, next.peak),
  };
  return [...earlier.slice(0, -1), joined, ...later.slice(1)];
}

/** The fullest of the windows that end in `from` or later. */
export function fullestWindow(counts: Counts, slicing: Slicing, from: number): number {
  let [sum, fullest] = [windowSum(counts, slicing, from), 0];
  const last = Math.max(from, ...counts.keys());
  for (let slice = from; slice <= last; slice++) {
    fullest = Math.max(fullest, sum);
    sum += (counts.get(slice + 1) ?? 0) - (counts.get(slice + 1 - slicing.windowSlices) ?? 0);
  }
  return fullest;
}
