/**
 * The whole pipeline over the memory ports with every call metered, as several warm functions run it in virtual time.
 */
import { flushGroup } from '../../../functions/dispatcher/flush-group.ts';
import { takeAlert } from '../../../functions/dispatcher/take-alert.ts';
import { evaluate } from '../../../functions/evaluator/evaluate.ts';
import { compiler } from '../../../functions/matcher/compile.ts';
import { MatcherMemory, matchBatch } from '../../../functions/matcher/match-batch.ts';
import { deliver } from '../../../functions/notifier/deliver.ts';
import { applyItems } from '../../../infra/local/apply.ts';
import type { DeadDelivery, DeliveryMessage, DispatcherMessage } from '../../../shared/alerts/messages.ts';
import type { Channel } from '../../../shared/channels/channel.ts';
import { channelSchemas } from '../../../shared/channels/registry.ts';
import { createItemReader } from '../../../shared/config/items.ts';
import type { LogBatch } from '../../../shared/logs/event.ts';
import { checkPattern, checkRegex } from '../../../shared/match/program.ts';
import { MemoryQueue } from '../../../shared/memory/queue.ts';
import { MemoryTable } from '../../../shared/memory/table.ts';
import type { Consumed, Outgoing } from '../../../shared/ports.ts';
import { CurrentConfiguration } from '../../../shared/snapshot/current.ts';
import { documentOf } from '../../support/document.ts';

const MINUTE_MS = 60_000;
const CHECKS = { checkPattern, checkRegex };
const SEND_BATCH = 10;

/** What was consumed, per part of the pipeline. */
export interface Usage {
  writeUnits: number;
  readUnits: number;
  /** Calls to the tables: each takes a function's time. */
  tableCalls: number;
  sqsRequests: number;
  invocations: number;
}

export const FUNCTION_NAMES = ['matcher', 'evaluator', 'dispatcher', 'notifier'] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];
export type Usages = Record<FunctionName, Usage>;

const noUsage = (): Usage => ({ writeUnits: 0, readUnits: 0, tableCalls: 0, sqsRequests: 0, invocations: 0 });

export class MeteredPipeline {
  readonly usages: Usages = {
    matcher: noUsage(),
    evaluator: noUsage(),
    dispatcher: noUsage(),
    notifier: noUsage(),
  };
  /** Alerts that began to fire. */
  firings = 0;
  #now: number;
  #running: FunctionName = 'matcher';
  #nextMinute: number;
  readonly #state: MemoryTable;
  readonly #config: MemoryTable;
  readonly #alerts = new MemoryQueue<DispatcherMessage>();
  readonly #deliveries = new MemoryQueue<DeliveryMessage>();
  readonly #matchers: { memory: MatcherMemory; current: CurrentConfiguration }[];
  readonly #others: Record<Exclude<FunctionName, 'matcher'>, CurrentConfiguration>;
  readonly #compile = compiler(() => {});

  constructor(start: number, instances: number) {
    this.#now = start;
    this.#nextMinute = start;
    const meter = (consumed: Consumed) => this.#consumed(consumed);
    this.#state = new MemoryTable(meter);
    this.#config = new MemoryTable(meter);
    const current = () => this.#currentConfiguration();
    this.#matchers = Array.from({ length: instances }, () => ({
      memory: new MatcherMemory(),
      current: current(),
    }));
    this.#others = { evaluator: current(), dispatcher: current(), notifier: current() };
  }

  async apply(yaml: string): Promise<void> {
    const { items } = documentOf(yaml);
    await applyItems(this.#config, items, 'bench');
    Object.assign(this.usages.matcher, noUsage());
  }

  /** Lets time pass to `at` (ms), the evaluator and all timers included, then lets a matcher take the batch. */
  async ingest(instance: number, at: number, batch: LogBatch): Promise<void> {
    await this.advance(at);
    const matcher = this.#matchers[instance % this.#matchers.length];
    if (matcher === undefined) throw new Error('A pipeline needs at least one matcher.');
    this.#running = 'matcher';
    this.usages.matcher.invocations += 1;
    const current = await matcher.current.get();
    await matchBatch(this.#deps(), this.#compile(current), matcher.memory, batch);
  }

  async advance(until: number): Promise<void> {
    while (this.#nextMinute <= until) {
      await this.#work(this.#nextMinute);
      this.#running = 'evaluator';
      this.usages.evaluator.invocations += 1;
      await evaluate(this.#deps(), await this.#others.evaluator.get());
      this.#nextMinute += MINUTE_MS;
    }
    await this.#work(until);
  }

  async #work(until: number): Promise<void> {
    this.#now = until;
    for (;;) {
      const alerts = this.#alerts.take(this.#now);
      const deliveries = this.#deliveries.take(this.#now);
      if (alerts.length + deliveries.length === 0) return;
      for (const message of alerts) await this.#dispatch(message);
      for (const message of deliveries) await this.#notify(message);
    }
  }

  async #dispatch(message: DispatcherMessage): Promise<void> {
    this.#received('dispatcher');
    const { configuration } = await this.#others.dispatcher.get();
    if (message.type === 'alert') await takeAlert(this.#deps(), configuration, message);
    else await flushGroup(this.#deps(), configuration, message);
  }

  async #notify(message: DeliveryMessage): Promise<void> {
    this.#received('notifier');
    const { configuration } = await this.#others.notifier.get();
    await deliver(this.#deliverDeps(), configuration, message);
  }

  /** One message to an invocation, the dearest case: a receive and a delete. */
  #received(name: FunctionName): void {
    this.#running = name;
    this.usages[name].invocations += 1;
    this.usages[name].sqsRequests += 2;
  }

  #consumed({ readUnits, writeUnits }: Consumed): void {
    const usage = this.usages[this.#running];
    usage.readUnits += readUnits;
    usage.writeUnits += writeUnits;
    usage.tableCalls += 1;
  }

  #sending<Message>(queue: MemoryQueue<Message>) {
    return {
      send: async (messages: Outgoing<Message>[]) => {
        this.usages[this.#running].sqsRequests += Math.ceil(messages.length / SEND_BATCH);
        await queue.send(messages);
      },
    };
  }

  #deps() {
    return {
      state: this.#state,
      alerts: this.#sending(this.#alerts),
      deliveries: this.#sending(this.#deliveries),
      clock: () => this.#now,
      happened: ({ type, ...rest }: { type: string; status?: unknown }) => {
        if (type === 'alert' && rest.status === 'firing') this.firings += 1;
      },
    };
  }

  #deliverDeps() {
    const { state, clock, happened } = this.#deps();
    const feishu = {
      kind: 'feishu',
      deliver: async () => ({ outcome: 'delivered', reference: null }),
    } as unknown as Channel;
    const outside = () => Promise.reject(new Error('The bench sends nothing.'));
    return {
      state,
      clock,
      happened,
      deliveries: new MemoryQueue<DeliveryMessage>(),
      alerts: this.#sending(this.#alerts),
      deadLetters: new MemoryQueue<DeadDelivery>(),
      channels: { feishu },
      random: () => 0.5,
      transport: { request: outside },
      mailer: { send: outside },
      secrets: { get: outside },
    };
  }

  #currentConfiguration(): CurrentConfiguration {
    const tables = { config: this.#config, state: this.#state };
    const reader = createItemReader(channelSchemas, CHECKS);
    return new CurrentConfiguration({ ...tables, clock: () => this.#now, happened: () => {}, ...reader });
  }
}
