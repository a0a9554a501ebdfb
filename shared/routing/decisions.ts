/**
 * What was decided about a group or an alert, and why, in words, for whoever asks later. Kept on items that are
 * written anyway, so it costs no write of its own; bounded, and a decision that repeats is counted.
 */

export interface Decision {
  /** Processing time of the first and the last of its kind in a row, ms. */
  at: number;
  until?: number;
  times?: number;
  reason: string;
  /** The notification that it led to: its deliveries stand in the ledger. */
  notification?: string;
}

/** More than the life of an ordinary group or alert has. */
const DECISIONS_MAX = 12;

/** The list with one more decision at `at` (ms), the oldest left out where it grows too long. */
export function withDecision(
  log: readonly Decision[] | undefined,
  at: number,
  reason: string,
  notification?: string,
): Decision[] {
  const before = log ?? [];
  const last = before.at(-1);
  const led = notification === undefined ? {} : { notification };
  if (last?.reason !== reason) return [...before, { at, reason, ...led }].slice(-DECISIONS_MAX);
  return [...before.slice(0, -1), { ...last, until: at, times: (last.times ?? 1) + 1, ...led }];
}
