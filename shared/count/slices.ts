/**
 * Event time cut into slices. A window (t − within, t] is any interval of event time; at a resolution of
 * within/60, at least 1 s, it touches at most `windowSlices` slices. Those slices together are one slice longer
 * than the window, so a window that holds is never missed, and nothing is found that would not hold with one
 * slice more (contract §1.3).
 */
export interface Slicing {
  /** Length of a slice, ms; slices are aligned to the epoch. */
  sliceMs: number;
  /** Slices that together contain any window. */
  windowSlices: number;
}

/** How long (ms) after its end a slice is read by everyone. */
export const OPEN_MS = 15_000;
/** The difference (ms) between two functions' clocks that does no harm. */
export const SKEW_MS = 5_000;

/**
 * Stretches of processing time. What is written into slices that are longer is told apart by the stint in which it was
 * written, and closes with it: all that is read anew then is small, however long the slice is.
 */
export const STINTS: Slicing = { sliceMs: 10_000, windowSlices: 1 };

const SLICES_PER_WINDOW = 60;
const SLICE_MS_MIN = 1000;

/** As many slices as a window of `withinMs` may have, so that a slice more than the window is no more than that. */
export function slicingOf(withinMs: number): Slicing {
  const slices = Math.min(SLICES_PER_WINDOW, Math.max(1, Math.floor(withinMs / SLICE_MS_MIN)));
  const sliceMs = Math.ceil(withinMs / slices);
  return { sliceMs, windowSlices: Math.ceil(withinMs / sliceMs) + 1 };
}

/** The number of the slice that an instant (ms) lies in. */
export function sliceAt(timestamp: number, { sliceMs }: Slicing): number {
  return Math.floor(timestamp / sliceMs);
}

/** The instant (ms) at which a slice begins. */
export function sliceStart(slice: number, { sliceMs }: Slicing): number {
  return slice * sliceMs;
}

/** The stint that a write at `now` (ms) is made in; undefined where slices close soon enough by themselves. */
export function stintAt(now: number, { sliceMs }: Slicing): number | undefined {
  return sliceMs > STINTS.sliceMs ? sliceAt(now, STINTS) : undefined;
}

/** How long (s) what was written stands among what is open. */
export function openSeconds({ sliceMs }: Slicing): number {
  return (OPEN_MS + SKEW_MS + Math.min(sliceMs, STINTS.sliceMs)) / 1000;
}

/** Whether others may take a slice that was written into for closed at `now` (ms). */
export function mayBeClosed(slice: number, now: number, slicing: Slicing): boolean {
  return sliceStart(slice + 1, slicing) + OPEN_MS <= now;
}

/** The newest slice that nobody takes for open any more at `now` (ms), whatever that one's clock says. */
export function lastClosed(now: number, slicing: Slicing): number {
  return sliceAt(now - OPEN_MS - SKEW_MS, slicing) - 1;
}
