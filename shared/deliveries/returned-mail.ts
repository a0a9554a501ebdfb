/**
 * Mail that came back. Each address that a mail was lost at, or was called spam by, is written down beside the delivery,
 * and as failing for its receiver until a later mail arrives there.
 */
import { digest } from '../alerts/identity.ts';
import type { Receiver } from '../config/model.ts';
import type { Key, Table } from '../ports.ts';
import { NOTIFICATION_PREFIX } from './ledger.ts';
import { bareAddress, type MailEvent } from './mail-events.ts';

const PARTITION = 'failing-addresses';
const RETURNED_PREFIX = 'returned#';
const KEPT_S = 30 * 86_400;

/** An address at which a receiver cannot be told. */
export interface FailingAddress {
  receiver: string;
  address: string;
  fate: 'lost' | 'complaint';
  reason: string;
  /** When it came back for the first time since a mail last arrived, and for the last time, ms. */
  since: number;
  at: number;
}

function keyOf(receiver: string, address: string): Key {
  return { pk: PARTITION, sk: digest([receiver, address]) };
}

/** Writes down that a mail did not reach these addresses; answers all that it did not reach so far. */
export async function noteReturned(
  state: Table,
  { notificationId, delivery, messageId, addresses, reason, at }: MailEvent,
): Promise<Set<string>> {
  const pk = `${NOTIFICATION_PREFIX}${notificationId}`;
  const prefix = `${RETURNED_PREFIX}${delivery}#${messageId}#`;
  const ttl = Math.ceil(at / 1000) + KEPT_S;
  for (const address of addresses)
    await state.put({ pk, sk: `${prefix}${digest(address)}`, address, reason, at, ttl });
  const items = await state.query({ pk, from: prefix, to: `${prefix}~` });
  return new Set(items.map(({ address }) => String(address)));
}

/** Whether an address is known to fail for a receiver. */
export async function isFailing(state: Table, receiver: string, address: string): Promise<boolean> {
  return (await state.get(keyOf(receiver, address))) !== undefined;
}

/** Marks addresses as failing for a receiver, by the latest that is known of them. */
export async function noteFailing(state: Table, receiver: string, failing: MailEvent): Promise<void> {
  const { fate, reason, at } = failing;
  const ttl = Math.ceil(at / 1000) + KEPT_S;
  for (const address of failing.addresses) {
    const key = keyOf(receiver, address);
    const set = { receiver, address, fate, reason, at, ttl };
    const isNew = await state.put({ ...key, ...set, since: at }, [[{ attribute: 'pk', is: 'absent' }]]);
    if (!isNew) await state.update(key, { set }, [[{ attribute: 'at', is: '<', value: at }]]);
  }
}

/** A mail arrived at these addresses: what was lost there before no longer counts. Whoever complained still does. */
export async function noteArrived(
  state: Table,
  receiver: string,
  { addresses, at }: MailEvent,
): Promise<void> {
  for (const address of addresses)
    await state.delete(keyOf(receiver, address), [
      [
        { attribute: 'at', is: '<', value: at },
        { attribute: 'fate', is: '=', value: 'lost' },
      ],
    ]);
}

/** The addresses that fail and that the receivers still name, the latest first. */
export async function loadFailing(state: Table, receivers: readonly Receiver[]): Promise<FailingAddress[]> {
  const items = (await state.query({ pk: PARTITION })) as unknown as FailingAddress[];
  const named = new Set(
    receivers.flatMap(({ name, channels }) =>
      channels.flatMap(({ settings }) => recipientsOf(settings).map((address) => `${name} ${address}`)),
    ),
  );
  return items
    .filter(({ receiver, address }) => named.has(`${receiver} ${address}`))
    .map(({ receiver, address, fate, reason, since, at }) => ({ receiver, address, fate, reason, since, at }))
    .toSorted((a, b) => b.at - a.at);
}

/** Everybody whom a channel writes to by mail, as addresses are compared; nobody where it is no mail. */
export function recipientsOf(settings: object): string[] {
  const { to, cc } = settings as { to?: unknown; cc?: unknown };
  return [to, cc]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .filter((entry) => typeof entry === 'string' && entry.includes('@'))
    .map(bareAddress);
}

/** A sentence about an address that fails, in English. */
export function failingSentence({ receiver, address, fate, reason }: FailingAddress): string {
  const what = fate === 'lost' ? 'cannot be reached' : 'calls the mails spam';
  return `receiver ${receiver}: ${address} ${what}: ${reason}`;
}
