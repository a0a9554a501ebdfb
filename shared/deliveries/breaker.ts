/**
 * One breaker for each endpoint: after some failures in a row it rests, its deliveries wait without an attempt, and
 * the first one after the rest tries it for all. Whoever asks others to wait (`Retry-After`) rests at once.
 * After M. Nygard, "Release It!", circuit breaker.
 */
import type { Key, Table } from '../ports.ts';

/** So many failures in a row make an endpoint rest. */
const FAILURES_MAX = 3;
/** However long an endpoint asks for: somebody looks again after this, ms. */
const REST_MS_MAX = 15 * 60_000;
/** The one that tries has so long, ms, before another may. */
const TRIAL_MS = 60_000;
const KEPT_MS = 86_400_000;

/** An endpoint as it was found. */
export interface Breaker {
  failures: number;
  /** It rests until then, ms. */
  openUntil: number;
}

function keyOf(endpoint: string): Key {
  return { pk: `endpoint#${endpoint}`, sk: 'breaker' };
}

/**
 * Whether the endpoint may be tried at `now` (ms). The first one that asks after a rest may, all others wait until
 * `openUntil`.
 */
export async function mayTry(
  state: Table,
  endpoint: string,
  now: number,
): Promise<{ allowed: true; breaker: Breaker | undefined } | { allowed: false; openUntil: number }> {
  const breaker = (await state.get(keyOf(endpoint))) as unknown as Breaker | undefined;
  if (breaker === undefined || breaker.failures === 0 || breaker.openUntil === 0)
    return { allowed: true, breaker };
  if (breaker.openUntil > now) return { allowed: false, openUntil: breaker.openUntil };
  const openUntil = now + TRIAL_MS;
  const unclaimed = [[{ attribute: 'openUntil', is: '<=' as const, value: now }]];
  const claimed = await state.update(keyOf(endpoint), { set: { openUntil } }, unclaimed);
  return claimed === undefined ? { allowed: false, openUntil } : { allowed: true, breaker };
}

/** The endpoint answered: whatever was wrong with it is over. */
export async function noteAnswer(
  state: Table,
  endpoint: string,
  breaker: Breaker | undefined,
): Promise<void> {
  if (breaker !== undefined) await state.delete(keyOf(endpoint));
}

/**
 * The endpoint failed at `now` (ms), or asked for a wait of `askedMs` (null: it did not); `backoffMs` is the wait after
 * so many failures.
 */
export async function noteFailure(
  state: Table,
  endpoint: string,
  { askedMs, backoffMs }: { askedMs: number | null; backoffMs: (failures: number) => number },
  now: number,
): Promise<void> {
  const ttl = Math.ceil((now + KEPT_MS) / 1000);
  const noted = await state.update(keyOf(endpoint), { add: { failures: 1 }, set: { openUntil: 0, ttl } });
  const failures = Number(noted?.failures ?? 1);
  if (askedMs === null && failures < FAILURES_MAX) return;
  const openUntil = now + Math.min(askedMs ?? backoffMs(failures), REST_MS_MAX);
  await state.update(keyOf(endpoint), { set: { openUntil } });
}
