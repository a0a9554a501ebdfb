/**
 * Flapping: an alert that begins and ends again and again. It is known by the episodes that groups remember (see
 * `reach.ts`), so that nothing is written for it but that it was said.
 */

import type { NotifiedAlert } from '../alerts/notification.ts';
import { alertPartition } from '../alerts/store.ts';
import type { Table } from '../ports.ts';
import { reachKey } from './reach.ts';

const WINDOW_MS = 3_600_000;
/** So many beginnings and ends within the window are still no flapping. */
const CALM_TRANSITIONS = 5;
const SAID_PREFIX = 'flapping#';

/** Beginnings and ends of an alert within `withinMs` up to its last beginning. */
export type Flapping = NonNullable<NotifiedAlert['flapping']>;

/** What is to be said of an alert that a group tells anew; null: it does not flap, or that was said already. */
export async function flappingOf(
  state: Table,
  groupId: string,
  alert: NotifiedAlert,
): Promise<Flapping | null> {
  const { ruleId, fingerprint, startsAt, status } = alert;
  const { sk: to } = reachKey(alert);
  const { sk: from } = reachKey({ ...alert, startsAt: startsAt - WINDOW_MS });
  const episodes = await state.query({ pk: alertPartition(ruleId, fingerprint), from, to });
  const transitions = 2 * episodes.length - (status === 'firing' ? 1 : 0);
  const isSaid = episodes.some((episode) => episode[`${SAID_PREFIX}${groupId}`] === true);
  return transitions <= CALM_TRANSITIONS || isSaid ? null : { transitions, withinMs: WINDOW_MS };
}

/** It is said: once for as long as it goes on. */
export async function noteFlappingSaid(state: Table, groupId: string, alert: NotifiedAlert): Promise<void> {
  await state.update(reachKey(alert), { set: { [`${SAID_PREFIX}${groupId}`]: true } }, [
    [{ attribute: 'pk', is: 'present' }],
  ]);
}
