/** Whether log events are known not to arrive: then that something is absent from them proves nothing. */
import type { Table } from '../ports.ts';

const KEY = { pk: 'logs', sk: 'failing' };
/** A failed delivery is thought to fail for so long (ms), unless one succeeds again. */
const KNOWN_FOR_MS = 900_000;

/** A delivery failed so often that it was put aside. */
export async function noteDeliveryFails(table: Table, now: number): Promise<void> {
  const until = now + KNOWN_FOR_MS;
  await table.update(KEY, { set: { until, ttl: Math.ceil(until / 1000) } });
}

/** What had been put aside was taken in. */
export async function noteDeliveryWorks(table: Table): Promise<void> {
  await table.delete(KEY);
}

/** Whether deliveries are known to fail at `now` (ms). */
export async function logDeliveryFails(table: Table, now: number): Promise<boolean> {
  return Number((await table.get(KEY))?.until ?? 0) > now;
}
