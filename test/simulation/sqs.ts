/**
 * A standard queue as SQS keeps it (at least once, in no order, hidden while it is worked on, dead-lettered after too
 * many receives), and Lambda's poller between it and a function.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Chaos } from './chaos.ts';
import type { LambdaFunction } from './lambda.ts';
import type { World } from './world.ts';

interface Stored {
  id: string;
  body: string;
  visibleAt: number;
  receives: number;
}

export interface QueueSettings {
  name: string;
  visibilityTimeoutMs: number;
  maxReceiveCount: number;
  batchSize: number;
  maximumConcurrency: number;
  /** Whether a message may vanish: nowhere but where something else knows of it. */
  lossy: boolean;
}

const POLL_MS_MAX = 300;

export class SimulatedQueue {
  readonly settings: QueueSettings;
  readonly dead: string[] = [];
  readonly #world: World;
  readonly #chaos: Chaos;
  readonly #messages = new Map<string, Stored>();
  #function: LambdaFunction<SQSEvent, SQSBatchResponse> | undefined;
  #count = 0;
  #busy = 0;

  constructor(world: World, chaos: Chaos, settings: QueueSettings) {
    this.#world = world;
    this.#chaos = chaos;
    this.settings = settings;
  }

  /** Lets a function consume the queue. */
  feed(consumer: LambdaFunction<SQSEvent, SQSBatchResponse>): void {
    this.#function = consumer;
  }

  get size(): number {
    return this.#messages.size;
  }

  add(body: string, delayMs: number): void {
    const { duplicates, losses } = this.#chaos.weather;
    if (this.settings.lossy && this.#world.random.chance(losses)) {
      this.#world.note(() => `${this.settings.name} LOSES ${body.slice(0, 120)}`);
      return;
    }
    this.#store(body, delayMs + this.#chaos.lateMs());
    if (this.#world.random.chance(duplicates))
      this.#store(body, delayMs + this.#world.random.between(0, 120_000));
  }

  /** What was dead-lettered comes again. */
  redrive(): void {
    for (const body of this.dead.splice(0)) this.#store(body, 0);
  }

  /** How many messages of a batch that fails are taken all the same. */
  takenOf(messages: number): number {
    return this.#chaos.takenOf(messages);
  }

  /** Hides a message that is worked on for another while; unknown ones are gone already. */
  hide(id: string, forMs: number): void {
    const message = this.#messages.get(id);
    if (message === undefined) return;
    message.visibleAt = this.#world.now() + forMs;
    this.#pollAt(message.visibleAt);
  }

  #store(body: string, delayMs: number): void {
    this.#count += 1;
    const id = `${this.settings.name}-${this.#count}`;
    const visibleAt = this.#world.now() + delayMs;
    this.#messages.set(id, { id, body, visibleAt, receives: 0 });
    this.#pollAt(visibleAt);
  }

  #pollAt(time: number): void {
    this.#world.at(time + this.#world.random.between(0, POLL_MS_MAX), () => this.#poll());
  }

  #poll(): void {
    if (this.#function === undefined || this.#busy >= this.settings.maximumConcurrency) return;
    const batch = this.#receive();
    if (batch.length === 0 || this.#chaos.strikes('refusals')) return;
    this.#busy += 1;
    const over = () => {
      this.#busy -= 1;
      this.#pollAt(this.#world.now());
    };
    this.#function.invoke(
      { Records: batch.map(recordOf) },
      ({ batchItemFailures }) => {
        const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        for (const { id } of batch) if (!failed.has(id)) this.#remove(id);
        over();
      },
      over,
    );
  }

  #receive(): Stored[] {
    const now = this.#world.now();
    const visible = [...this.#messages.values()].filter(({ visibleAt }) => visibleAt <= now);
    const taken: Stored[] = [];
    for (const message of this.#world.random.shuffled(visible)) {
      if (taken.length >= this.settings.batchSize) break;
      message.receives += 1;
      if (message.receives > this.settings.maxReceiveCount) {
        this.#messages.delete(message.id);
        this.dead.push(message.body);
        this.#world.note(() => `${this.settings.name} DEAD-LETTERS ${message.body.slice(0, 200)}`);
        continue;
      }
      message.visibleAt = now + this.settings.visibilityTimeoutMs;
      this.#pollAt(message.visibleAt);
      taken.push(message);
    }
    return taken;
  }

  /** Sometimes a deleted message comes all the same. */
  #remove(id: string): void {
    const message = this.#messages.get(id);
    if (message === undefined) return;
    if (this.#world.random.chance(this.#chaos.weather.duplicates / 2)) {
      this.hide(id, this.#world.random.between(0, 60_000));
    } else this.#messages.delete(id);
  }
}

function recordOf({ id, body }: Stored): SQSRecord {
  return { messageId: id, receiptHandle: id, body } as SQSRecord;
}
