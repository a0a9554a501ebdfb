import { OPEN_END } from '../conditions/runs.ts';
import { isOvertaken } from '../revision.ts';
import type { HeldAlert } from './open-ends.ts';
import { type AlertStoreDeps, headKey, loadEpisode, writeEpisode } from './store.ts';

const ATTEMPTS = 8;

/**
 * Ends an alert that waits for an event to end it, at `at` (ms, event time) or where it began. Does nothing where it
 * waits for none, or fires by a newer version of its rule.
 */
export async function endOpen(
  deps: AlertStoreDeps,
  alert: HeldAlert,
  at: number,
  endReason: string | null,
): Promise<void> {
  const { ruleId, fingerprint } = alert;
  const key = headKey(ruleId, fingerprint);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const latest = await loadEpisode(deps.state, key);
    if (latest?.alert.status !== 'firing' || latest.heldUntil !== OPEN_END) return;
    if (isOvertaken(alert, latest)) return;
    const heldUntil = Math.max(at, latest.alert.startsAt);
    if (await writeEpisode(deps, key, latest, { ...latest, heldUntil, endReason })) return;
  }
  throw new Error(`Alert ${fingerprint} of rule ${ruleId} changed ${ATTEMPTS} times while it was ended.`);
}
