/** Who was told of an episode in a receiver's stead: they are told of its end as well, though the receiver hears again. */
import type { Notification, NotifiedAlert } from '../alerts/notification.ts';
import { alertPartition } from '../alerts/store.ts';
import type { Key, Table, Value } from '../ports.ts';

/** Longer than anything fires, ms. */
const KEPT_MS = 366 * 86_400_000;
const NAME_PREFIX = 'to#';

type InsteadOf = NonNullable<Notification['insteadOf']>;

/** Notes, before `standIn` is told, that it stands in for a receiver with an episode, and why. `now`: ms. */
export async function noteStandIn(
  state: Table,
  alert: NotifiedAlert,
  standIn: string,
  insteadOf: InsteadOf,
  now: number,
): Promise<void> {
  const told: Record<string, Value> = { [`${NAME_PREFIX}${standIn}`]: insteadOf };
  await state.update(standInKey(alert, insteadOf.receiver), {
    set: { ...told, ttl: Math.ceil((now + KEPT_MS) / 1000) },
  });
}

/** The receivers that stood in for one with an episode, and why. */
export async function standInsOf(
  state: Table,
  alert: NotifiedAlert,
  receiver: string,
): Promise<[string, InsteadOf][]> {
  const item = (await state.get(standInKey(alert, receiver))) ?? {};
  return Object.entries(item)
    .filter(([name]) => name.startsWith(NAME_PREFIX))
    .map(([name, why]) => [name.slice(NAME_PREFIX.length), why as unknown as InsteadOf]);
}

function standInKey({ ruleId, fingerprint, startsAt }: NotifiedAlert, receiver: string): Key {
  const sk = `instead#${String(startsAt).padStart(15, '0')}#${receiver}`;
  return { pk: alertPartition(ruleId, fingerprint), sk };
}
