import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { loadDelivery, reopenDelivery } from '../../shared/deliveries/ledger.ts';
import type { Table } from '../../shared/ports.ts';
import { deliveryOf } from './describe.ts';
import { type Letter, remove } from './letters.ts';
import type { PlaceQueues } from './queues.ts';

/** `redriven`: it is tried again; `dropped`: there is nothing left to do; `kept`: it cannot be. */
export interface Redriven {
  result: 'redriven' | 'dropped' | 'kept';
  reason: string | null;
}

/** The body to put back into the queue, or why there is none. `now`: ms. */
async function bodyFor(state: Table, letter: Letter, now: number): Promise<string | Redriven> {
  const named = deliveryOf(letter);
  if (named === null) return letter.body;
  const { notificationId, delivery } = named;
  const message = await reopenDelivery(state, notificationId, delivery, now);
  if (message !== undefined) return JSON.stringify(message);
  const found = await loadDelivery(state, notificationId, delivery);
  if (found === undefined)
    return { result: 'kept', reason: 'what it said is forgotten: notifications are kept for seven days' };
  const { status } = found.delivery;
  if (status === 'delivered') return { result: 'dropped', reason: 'it was delivered meanwhile' };
  return { result: 'dropped', reason: 'it is tried again already' };
}

/** Puts a dead letter back to where it came from; a delivery begins a new generation in the ledger. */
export async function redrive(
  state: Table,
  queues: PlaceQueues,
  letter: Letter,
  now: number,
): Promise<Redriven> {
  const body = await bodyFor(state, letter, now);
  if (typeof body !== 'string') {
    if (body.result === 'dropped') await remove(queues, letter);
    return body;
  }
  const command = new SendMessageCommand({ QueueUrl: queues.urlOf(letter.queue), MessageBody: body });
  await queues.sqs.send(command);
  // Only then: a copy in both is harmless, for the ledger knows it.
  await remove(queues, letter);
  return { result: 'redriven', reason: null };
}
