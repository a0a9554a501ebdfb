import { delaySeconds } from '../../shared/aws/queue.ts';
import type { Outgoing, Queue } from '../../shared/ports.ts';
import type { Container } from './lambda.ts';
import type { SimulatedQueue } from './sqs.ts';

const BATCH_LIMIT = 10;

/** A queue as a function in a container reaches it: in batches of ten, as SQS takes them. */
export class FaultyQueue<Message> implements Queue<Message> {
  readonly #container: Container;
  readonly #queue: SimulatedQueue;

  constructor(container: Container, queue: SimulatedQueue) {
    this.#container = container;
    this.#queue = queue;
  }

  async send(messages: Outgoing<Message>[]): Promise<void> {
    for (let start = 0; start < messages.length; start += BATCH_LIMIT) {
      await this.#sendBatch(messages.slice(start, start + BATCH_LIMIT));
    }
  }

  async #sendBatch(messages: Outgoing<Message>[]): Promise<void> {
    const { clock } = this.#container;
    // As the client does: the delay is worked out before the request leaves.
    const entries = messages.map(({ body, notBefore }) => {
      return { body: JSON.stringify(body), delayMs: delaySeconds(notBefore, clock()) * 1000 };
    });
    const label = () =>
      `${this.#queue.settings.name}.send ${entries.map(({ body }) => bodyText(body)).join('; ')}`;
    const take = (some: typeof entries) => {
      for (const { body, delayMs } of some) this.#queue.add(body, delayMs);
    };
    const effectInPart = () => take(entries.slice(0, this.#queue.takenOf(entries.length)));
    await this.#container.call({ kind: 'send', label, effectInPart }, async () => take(entries));
  }
}

function bodyText(body: string): string {
  const { type, key, seq, groupId, sequence, notificationId, delivery, at } = JSON.parse(body);
  const parts = { type, pk: key?.pk, sk: key?.sk, seq, groupId, sequence, at, notificationId, delivery };
  return Object.values(parts)
    .filter((part) => part !== undefined)
    .join(' ');
}
