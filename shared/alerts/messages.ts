/** The messages between functions, as they stand in queues: versioned, so that two releases can live side by side. */
import * as z from 'zod/mini';
import type { Key } from '../ports.ts';
import type { NotifiedAlert } from './notification.ts';

/** A transition of an alert, for the dispatcher. */
export interface AlertMessage {
  version: 1;
  type: 'alert';
  /** Where the episode stands in the state table. */
  key: Key;
  seq: number;
  /** Names the counters, so that the message can show what they hold when it leaves. */
  generation: string;
  receiver: string | null;
  alert: NotifiedAlert;
}

/** The timer of a group: flush `sequence` is due at `at` (ms, processing time). */
export interface FlushMessage {
  version: 1;
  type: 'flush';
  groupId: string;
  sequence: number;
  at: number;
}

export type DispatcherMessage = AlertMessage | FlushMessage;

/** One delivery of a notification through one channel, for the notifier. */
export interface DeliveryMessage {
  version: 1;
  type: 'delivery';
  notificationId: string;
  /** The delivery within the notification: receiver, channel kind and position. */
  delivery: string;
  /** Not before this processing time, ms. */
  notBefore: number;
}

/** What lies in the deliveries' dead-letter queue: the delivery, and why it failed. */
export interface DeadDelivery extends DeliveryMessage {
  reason: string;
}

const notifiedAlert = z.custom<NotifiedAlert>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'fingerprint' in value &&
    'labels' in value &&
    'startsAt' in value,
  'an alert with fingerprint, labels and startsAt was expected',
);

const dispatcherMessage = z.discriminatedUnion('type', [
  z.object({
    version: z.literal(1),
    type: z.literal('alert'),
    key: z.object({ pk: z.string(), sk: z.string() }),
    seq: z.number(),
    generation: z.string(),
    receiver: z.nullable(z.string()),
    alert: notifiedAlert,
  }),
  z.object({
    version: z.literal(1),
    type: z.literal('flush'),
    groupId: z.string(),
    sequence: z.number(),
    at: z.number(),
  }),
]);

const deliveryMessage = z.object({
  version: z.literal(1),
  type: z.literal('delivery'),
  notificationId: z.string(),
  delivery: z.string(),
  notBefore: z.number(),
});

/** Reads a body of the alerts queue. @throws Error with one sentence where it is none. */
export function parseDispatcherMessage(body: string): DispatcherMessage {
  return parse(dispatcherMessage, body, 'alerts queue');
}

/** Reads a body of the deliveries queue. @throws Error with one sentence where it is none. */
export function parseDeliveryMessage(body: string): DeliveryMessage {
  return parse(deliveryMessage, body, 'deliveries queue');
}

function parse<Message>(schema: z.ZodMiniType<Message>, body: string, queue: string): Message {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new Error(`A message of the ${queue} is not JSON: a message of version 1 was expected.`);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path.join('.') ?? '';
  const where = path === '' ? '' : ` at ${path}`;
  throw new Error(
    `A message of the ${queue} is not understood${where}: a message of version 1 was expected.`,
  );
}
