/** The truth about a set of events, by brute force: knows nothing of slices' storage, batches or order. */
import type { Run } from '../../shared/conditions/runs.ts';
import { type Slicing, sliceAt, sliceStart } from '../../shared/count/slices.ts';

export interface Event {
  id: string;
  timestamp: number;
}

/** Events by id, each once. */
export function distinct(events: readonly Event[]): Event[] {
  return [...new Map(events.map((event) => [event.id, event])).values()];
}

/** The ends t (ms) of windows (t − within, t] that hold at least `threshold` events; only event times matter. */
export function trueWindows(events: readonly Event[], withinMs: number, threshold: number): number[] {
  const once = distinct(events);
  return once
    .map(({ timestamp }) => timestamp)
    .filter(
      (end) =>
        once.filter(({ timestamp }) => timestamp > end - withinMs && timestamp <= end).length >= threshold,
    );
}

/** The slices in which a window of whole slices ends that holds. */
export function holdingSlices(events: readonly Event[], slicing: Slicing, threshold: number): Set<number> {
  const slices = distinct(events).map(({ timestamp }) => sliceAt(timestamp, slicing));
  const holding = new Set<number>();
  const first = Math.min(...slices);
  const last = Math.max(...slices) + slicing.windowSlices;
  for (let end = first; end <= last; end++) {
    const inside = slices.filter((slice) => slice <= end && slice > end - slicing.windowSlices);
    if (inside.length >= threshold) holding.add(end);
  }
  return holding;
}

/** Starts and ends (ms) of the runs that consecutive slices form. */
export function runsOf(holding: ReadonlySet<number>, slicing: Slicing): Pick<Run, 'startsAt' | 'endsAt'>[] {
  const runs: { startsAt: number; endsAt: number }[] = [];
  for (const slice of [...holding].sort((a, b) => a - b)) {
    const [startsAt, endsAt] = [sliceStart(slice, slicing), sliceStart(slice + 1, slicing)];
    const last = runs.at(-1);
    if (last?.endsAt === startsAt) last.endsAt = endsAt;
    else runs.push({ startsAt, endsAt });
  }
  return runs;
}

/** The slices that runs cover. */
export function slicesOf(runs: readonly Pick<Run, 'startsAt' | 'endsAt'>[], slicing: Slicing): Set<number> {
  const slices = new Set<number>();
  for (const { startsAt, endsAt } of runs) {
    for (let slice = sliceAt(startsAt, slicing); slice < sliceAt(endsAt, slicing); slice++) slices.add(slice);
  }
  return slices;
}
