import { ALERT_PREFIX } from '../../shared/alerts/store.ts';
import { DUE_ATTRIBUTES, dueKeys } from '../../shared/due.ts';
import type { DueKey, Table } from '../../shared/ports.ts';

/**
 * After a restart on kept state: the queues were in memory, and whoever held a lease is gone. Whatever was on its way
 * is due at `now` (ms), for the evaluator to finish; alerts that simply fire keep their time.
 */
export async function recoverAfterRestart(state: Table, now: number): Promise<void> {
  for (const key of await dueKeys(state, Number.MAX_SAFE_INTEGER)) await makeDue(state, key, now);
}

async function makeDue(state: Table, key: DueKey, now: number): Promise<void> {
  const item = await state.get(key);
  if (item === undefined || item.dueAt === undefined) return;
  if (key.pk.startsWith(ALERT_PREFIX) && item.confirmedSeq === item.seq) return;
  const leased = item.leaseUntil === undefined ? {} : { leaseUntil: 0 };
  await state.update(key, { set: { dueAt: now, ...leased } }, [
    DUE_ATTRIBUTES.map((attribute) => ({ attribute, is: 'present' as const })),
  ]);
}
