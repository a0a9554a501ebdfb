import type { Notification } from '../../alerts/notification.ts';
import { REPEATED } from '../../routing/flush.ts';
import { spreadOf } from '../turn.ts';

const HALF_HOUR_MS = 1_800_000;
/** So long after each full and half hour everybody's scheduled messages leave. */
const BUSY_MS = 15_000;
/** Over so long after that, what waited is spread. */
const SPREAD_MS = 15_000;

/** Whether nobody waits for it: an end, a repetition, a digest. */
export function isPatient({ status, reason, folded }: Notification): boolean {
  return status === 'resolved' || reason === REPEATED || folded !== undefined;
}

/**
 * How long a notification has to wait to stay away from the full and half hours, when Feishu refuses more than at any
 * other time with 11232 ("Use custom bots in a group"), ms; 0: it need not. `now`: ms.
 */
export function busyWaitMs(id: string, now: number): number {
  const into = now % HALF_HOUR_MS;
  return into < BUSY_MS ? BUSY_MS - into + spreadOf(id, SPREAD_MS) : 0;
}
