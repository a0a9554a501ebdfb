import type { Notification } from '../../shared/alerts/notification.ts';
import { digestGroupOf, digestRoute, putFold } from '../../shared/routing/folds.ts';
import { enterGroup } from '../../shared/routing/groups.ts';
import { type EnterDeps, setTimer } from './enter-group.ts';

/** Until the first digest of a storm leaves, ms: what follows at its heels is to be in it. */
const GATHERING_MS = 10_000;

/**
 * Keeps a notification for the receiver's next digest, and begins that one's timer where it is the first. `news`:
 * indexes of the alerts that the receiver had not been told of before.
 */
export async function fold(deps: EnterDeps, notification: Notification, news: number[]): Promise<void> {
  const { receiver } = notification;
  const now = deps.clock();
  await putFold(deps.state, notification, news, now);
  const groupId = digestGroupOf(receiver);
  const head = await enterGroup(deps.state, groupId, digestRoute(receiver), {}, now + GATHERING_MS);
  if (head.arrivals === 1) await setTimer(deps, groupId, head.sequence, head.nextFlushAt);
}
