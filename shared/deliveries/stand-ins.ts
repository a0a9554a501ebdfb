/** Who was told of an episode in a receiver's stead: they are told of its end as well, though the receiver hears again. */
import type { Notification, NotifiedAlert } from '../alerts/notification.ts';
import { alertPartition } from '../alerts/store.ts';
import type { Clause, Key, Table, Value } from '../ports.ts';

/** Longer than anything fires, ms. */
const KEPT_MS = 366 * 86_400_000;
const NAME_PREFIX = 'to#';
const BEGUN_PREFIX = 'begun#';
const LAST_PREFIX = 'at#';
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
 * Notes that somebody stands in for a receiver with an episode, and why: before it is asked how the episode stands, so
 * that whoever tells of an end that comes later finds it. `now`: ms.
 */
export async function noteStandIn(
  state: Table,
  alert: NotifiedAlert,
  { name, receiver }: StandIn,
  insteadOf: InsteadOf,
  now: number,
): Promise<void> {
  const noted: Record<string, Value> = { [`${NAME_PREFIX}${name}`]: insteadOf };
  await state.update(standInKey(alert, receiver), { set: { ...noted, ttl: expiry(now) } });
}

/** Whether this message is the one that first told of an episode. */
export async function hasBegun(
  state: Table,
  alert: NotifiedAlert,
  { name, receiver, id }: StandIn,
): Promise<boolean> {
  return (await state.get(standInKey(alert, receiver)))?.[`${BEGUN_PREFIX}${name}`] === id;
}

/**
 * Whether a message is to tell a stand-in that an episode fires: as the `first` one, as one of several (`again`), or
 * not at all: its end was claimed, or the stand-in was told since the receiver's own message was decided on (`saidAt`).
 * `at`: the message's time; whatever claims the end is decided on later. May be asked again until the message is
 * settled. Times are ms.
 */
export async function claimBeginning(
  state: Table,
  alert: NotifiedAlert,
  { name, receiver, id }: StandIn,
  at: number,
  saidAt: number,
): Promise<'first' | 'again' | 'no news'> {
  const key = standInKey(alert, receiver);
  const begun = `${BEGUN_PREFIX}${name}`;
  const last = `${LAST_PREFIX}${name}`;
  const notEnded: Clause = { attribute: `${ENDED_PREFIX}${name}`, is: 'absent' };
  const set = { [last]: at, ttl: expiry(at) };
  const first = await state.update(key, { set: { ...set, [begun]: id } }, [
    [{ attribute: begun, is: 'absent' }, notEnded],
    [{ attribute: begun, is: '=', value: id }, notEnded],
  ]);
  if (first !== undefined) return 'first';
  const again = await state.update(key, { set }, [[{ attribute: last, is: '<', value: saidAt }, notEnded]]);
  return again === undefined ? 'no news' : 'again';
}

/**
 * Whether a message is to tell a stand-in of the end: the earliest time (ms) that it may bear, after whatever told of
 * the beginning; undefined: another message tells it. May be asked again. `now`: ms.
 */
export async function claimEnd(
  state: Table,
  alert: NotifiedAlert,
  { name, receiver, id }: StandIn,
  now: number,
): Promise<number | undefined> {
  const ended = `${ENDED_PREFIX}${name}`;
  const noted = await state.update(standInKey(alert, receiver), { set: { [ended]: id, ttl: expiry(now) } }, [
    [{ attribute: ended, is: 'absent' }],
    [{ attribute: ended, is: '=', value: id }],
  ]);
  if (noted === undefined) return undefined;
  return Math.max(now, Number(noted[`${LAST_PREFIX}${name}`] ?? 0) + 1);
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
