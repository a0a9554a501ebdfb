const FIRST_MS = 2_000;
const MAX_MS = 600_000;

/**
 * The wait (ms) before the next attempt: exponential with jitter over its upper half, so that what failed together
 * does not come back together. After "Exponential Backoff And Jitter" (AWS Architecture Blog).
 * `attempts`: so many were made; `random`: in [0, 1).
 */
export function backoffMs(attempts: number, random: number): number {
  const ceiling = Math.min(MAX_MS, FIRST_MS * 2 ** (attempts - 1));
  return Math.round(ceiling * (0.5 + random / 2));
}
