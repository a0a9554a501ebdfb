/** What a rule should make of a set of events, by brute force over all of them: knows no batches, tables or order. */

export interface Truth {
  startsAt: number;
  heldUntil: number;
}

export interface Seen {
  at: number;
  matched: boolean;
  value: number | string | undefined;
}

/** Whether a window that ends at `end` (ms, exclusive) holds; undefined: nothing can be said. */
export type Holds = (inWindow: (fromMs: number, toMs: number) => Seen[], end: number) => boolean | undefined;

/** How long (ms) an alert waits for stragglers before it resolves. */
const STRAGGLERS_MS = 30_000;

/** Ends of slices at which the window that ends there holds, as stretches. */
export function stretches(
  events: readonly Seen[],
  sliceMs: number,
  from: number,
  to: number,
  holds: Holds,
): Truth[] {
  const inWindow = (start: number, end: number) => events.filter(({ at }) => at >= start && at < end);
  const found: Truth[] = [];
  for (let end = Math.ceil(from / sliceMs) * sliceMs; end <= to; end += sliceMs) {
    if (holds(inWindow, end) !== true) continue;
    const last = found.at(-1);
    if (last?.heldUntil === end) last.heldUntil = end + sliceMs;
    else found.push({ startsAt: end, heldUntil: end + sliceMs });
  }
  return found;
}

/**
 * Stretches as episodes: what begins before the one before it could resolve belongs to that one; anything else has to
 * hold for its time first.
 */
export function episodes(
  found: readonly Truth[],
  {
    keepFiringMs = 0,
    forMs = 0,
    sliceMs = 0,
  }: { keepFiringMs?: number; forMs?: number; sliceMs?: number } = {},
): Truth[] {
  const all: Truth[] = [];
  for (const { startsAt, heldUntil } of found) {
    const last = all.at(-1);
    if (last !== undefined && startsAt <= last.heldUntil + keepFiringMs + STRAGGLERS_MS) {
      last.heldUntil = Math.max(last.heldUntil, heldUntil);
    } else if (heldUntil - sliceMs - startsAt >= forMs) all.push({ startsAt: startsAt + forMs, heldUntil });
  }
  return all;
}
