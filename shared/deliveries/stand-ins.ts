/** Who was told of an episode in a receiver's stead: they are told of its end as well, though the receiver hears again. */
import type { Notification, NotifiedAlert } from '../alerts/notification.ts';
import { alertPartition } from '../alerts/store.ts';
import type { Key, Table, Value } from '../ports.ts';

/** Longer than anything fires, ms. */
const KEPT_MS = 366 * 86_400_000;
const NAME_PREFIX = 'to#';
const BEGUN_PREFIX = 'begun#';
const ENDED_PREFIX = 'ended#';

type InsteadOf = NonNullable<Notification['insteadOf']>;

/** A message to somebody who stands in for a receiver. */
export interface StandIn {
  name: string;
  receiver: string;
  /** Of the message. */
  id: string;
}

/**
 * Notes, before it is told, that somebody stands in for a receiver with an episode, and why. Answers whether another
 * message told of it before. `now`: ms.
 */
export async function noteStandIn(
  state: Table,
  alert: NotifiedAlert,
  { name, receiver, id }: StandIn,
  insteadOf: InsteadOf,
  now: number,
): Promise<boolean> {
  const key = standInKey(alert, receiver);
  const told: Record<string, Value> = { [`${NAME_PREFIX}${name}`]: insteadOf };
  await state.update(key, { set: { ...told, ttl: expiry(now) } });
  return !(await isFirst(state, key, `${BEGUN_PREFIX}${name}`, id, now));
}

/** Whether this message is the one that first told of an episode. */
export async function hasBegun(
  state: Table,
  alert: NotifiedAlert,
  { name, receiver, id }: StandIn,
): Promise<boolean> {
  return (await state.get(standInKey(alert, receiver)))?.[`${BEGUN_PREFIX}${name}`] === id;
}

/** Whether a message is to tell a stand-in of the end; false: another does. May be asked again. `now`: ms. */
export async function claimEnd(
  state: Table,
  alert: NotifiedAlert,
  { name, receiver, id }: StandIn,
  now: number,
): Promise<boolean> {
  return await isFirst(state, standInKey(alert, receiver), `${ENDED_PREFIX}${name}`, id, now);
}

async function isFirst(state: Table, key: Key, attribute: string, id: string, now: number): Promise<boolean> {
  const noted = await state.update(key, { set: { [attribute]: id, ttl: expiry(now) } }, [
    [{ attribute, is: 'absent' }],
    [{ attribute, is: '=', value: id }],
  ]);
  return noted !== undefined;
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

function expiry(now: number): number {
  return Math.ceil((now + KEPT_MS) / 1000);
}

function standInKey({ ruleId, fingerprint, startsAt }: NotifiedAlert, receiver: string): Key {
  const sk = `instead#${String(startsAt).padStart(15, '0')}#${receiver}`;
  return { pk: alertPartition(ruleId, fingerprint), sk };
}
