/** The whole product in a simulated cloud: the real use cases, wired as the handlers and the topology wire them. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { flushGroup } from '../../functions/dispatcher/flush-group.ts';
import { takeAlert } from '../../functions/dispatcher/take-alert.ts';
import { evaluate } from '../../functions/evaluator/evaluate.ts';
import { compiler } from '../../functions/matcher/compile.ts';
import { MatcherMemory, matchBatch } from '../../functions/matcher/match-batch.ts';
import { deliver } from '../../functions/notifier/deliver.ts';
import { forEachMessage, type Handled } from '../../functions/sqs-batch.ts';
import { FUNCTIONS, type FunctionName, QUEUES, type QueueName } from '../../infra/topology.ts';
import {
  type DeadDelivery,
  type DeliveryMessage,
  type DispatcherMessage,
  parseDeliveryMessage,
  parseDispatcherMessage,
} from '../../shared/alerts/messages.ts';
import { CountMemory } from '../../shared/count/memory.ts';
import type { Happening } from '../../shared/happenings.ts';
import { MemoryTable } from '../../shared/memory/table.ts';
import { PortError, type Table, type Value } from '../../shared/ports.ts';
import { KnownSilences } from '../../shared/routing/silences.ts';
import { CurrentConfiguration } from '../../shared/snapshot/current.ts';
import type { Chaos } from './chaos.ts';
import { FaultyQueue } from './faulty-queue.ts';
import { FaultyTable } from './faulty-table.ts';
import { itemReader } from './item-reader.ts';
import { LaggingTable } from './lagging-table.ts';
import { type Container, LambdaFunction } from './lambda.ts';
import type { Mutant } from './mutant.ts';
import { OutsideWorld } from './outside-world.ts';
import { People } from './people.ts';
import { type Click, Readers, responder } from './readers.ts';
import type { Scenario } from './scenario.ts';
import type { LogDelivery } from './services.ts';
import { SimulatedQueue } from './sqs.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ACCOUNT = { account: '123456789012', region: 'us-east-1', logGroup: '/app/api' };
/** Lambda's pauses before the second and the third try of an asynchronous invocation, ms. */
const ASYNC_RETRY_MS = [60_000, 120_000];
/** So long after an edit functions look at the configuration, whatever happens, ms. */
const EDIT_SEEN_MS = 10 * MINUTE_MS;

interface Happened {
  at: number;
  happening: Happening;
}

export class Cloud {
  readonly config = new MemoryTable();
  readonly state: LaggingTable;
  readonly alerts: SimulatedQueue;
  readonly deliveries: SimulatedQueue;
  readonly failures: SimulatedQueue;
  readonly deadDeliveries: DeadDelivery[] = [];
  readonly happenings: Happened[] = [];
  readonly outside: OutsideWorld;
  /** Deliveries of logs that some invocation has carried out, and when the first did, ms. */
  readonly counted = new Map<LogDelivery, number>();
  readonly #world: World;
  readonly #chaos: Chaos;
  readonly #scenario: Scenario;
  readonly #mutant: Mutant;
  readonly #people: People;
  readonly #functions: LambdaFunction<never, unknown>[] = [];
  readonly #evaluator: LambdaFunction<null, void>;
  #pending = 0;

  constructor(world: World, chaos: Chaos, scenario: Scenario, mutant: Mutant) {
    this.#world = world;
    this.#chaos = chaos;
    this.#scenario = scenario;
    this.#mutant = mutant;
    this.state = new LaggingTable(world, () => chaos.indexLagMs());
    this.outside = new OutsideWorld(world, scenario.outages);
    this.alerts = this.#queue('alerts', 'dispatcher', true);
    this.deliveries = this.#queue('deliveries', 'notifier', true);
    this.failures = this.#queue('matcher-failures', 'matcher', false);
    const matcher = this.#function('matcher', (container) => this.#matcher(container));
    this.alerts.feed(this.#function('dispatcher', (container) => this.#dispatcher(container)));
    this.deliveries.feed(this.#function('notifier', (container) => this.#notifier(container)));
    this.#evaluator = this.#function('evaluator', (container) => this.#evaluatorIn(container));
    this.failures.feed(this.#function('matcher', (container) => this.#again(container)));
    for (const delivery of scenario.deliveries) {
      this.#pending += 1;
      world.at(delivery.at, () => this.#invokeLater(matcher, delivery, 0));
    }
    this.#people = new People(world, scenario, this);
    const clicked = this.#function('responder', (container) => this.#responder(container));
    const readers = new Readers(world, this.outside, clicked);
    for (const at of scenario.clickedAt) world.at(at, () => readers.click(at));
    this.#tick(world.random.between(0, MINUTE_MS));
    if (scenario.lull !== null) this.#forget();
  }

  async apply(): Promise<void> {
    for (const { kind, id, body } of this.#scenario.items) {
      await this.config.put({ ...(body as Record<string, Value>), pk: kind, sk: id });
    }
  }

  /** Nothing is under way, nothing waits, nothing is due. */
  get isQuiet(): boolean {
    const waiting = this.alerts.size + this.deliveries.size + this.failures.size + this.#pending;
    const running = this.#functions.some((one) => one.running > 0);
    const isDone = waiting === 0 && !running && this.#people.isDone;
    return isDone && this.state.isIndexed && this.state.firstDueAt() === undefined;
  }

  #tick(delayMs: number): void {
    this.#world.after(delayMs, () => {
      if (!this.#chaos.strikes('skippedMinutes') && this.#isWorthALook()) {
        const nothing = () => undefined;
        this.#evaluator.invoke(null, nothing, nothing);
        // The schedule promises at least one.
        const twice = this.#world.random.chance(this.#chaos.weather.duplicates / 4);
        if (twice) this.#evaluator.invoke(null, nothing, nothing);
      }
      this.#tick(MINUTE_MS);
    });
  }

  /** TTL deletes within some days of the time, now this and now that. */
  #forget(): void {
    this.#world.after(this.#world.random.between(1, 6) * HOUR_MS, () => {
      this.state.expire(this.#world.now() - this.#world.random.pick([0, 0, 12, 48]) * HOUR_MS);
      this.#forget();
    });
  }

  /** A round of the evaluator that finds nothing due, and no edit, does nothing. */
  #isWorthALook(): boolean {
    const now = this.#world.now();
    const { skewMs } = this.#chaos.weather;
    if ((this.state.firstDueAt() ?? Number.POSITIVE_INFINITY) <= now + skewMs) return true;
    return this.#scenario.edits.some(({ at }) => at <= now && now <= at + EDIT_SEEN_MS);
  }

  /** As Lambda carries out an asynchronous invocation: three tries, then the failure queue. */
  #invokeLater(matcher: LambdaFunction<LogDelivery, void>, delivery: LogDelivery, tries: number): void {
    const failed = () => {
      const pause = ASYNC_RETRY_MS[tries];
      if (pause !== undefined)
        this.#world.after(pause, () => this.#invokeLater(matcher, delivery, tries + 1));
      else {
        this.#pending -= 1;
        this.failures.add(String(this.#scenario.deliveries.indexOf(delivery)), 0);
      }
    };
    const done = () => {
      this.#pending -= 1;
      this.#noteCounted(delivery);
    };
    matcher.invoke(delivery, done, failed);
  }

  #noteCounted(delivery: LogDelivery): void {
    if (!this.counted.has(delivery)) this.counted.set(delivery, this.#world.now());
  }

  #queue(name: QueueName, consumer: FunctionName, lossy: boolean): SimulatedQueue {
    const { visibilityTimeoutMs, maxReceiveCount } = QUEUES[name];
    const source = FUNCTIONS[consumer].queueSources.find(({ queue }) => queue === name);
    const { batchSize = 1, maximumConcurrency = 2 } = source ?? {};
    const settings = { name, visibilityTimeoutMs, maxReceiveCount, batchSize, maximumConcurrency, lossy };
    return new SimulatedQueue(this.#world, this.#chaos, settings);
  }

  #function<Event, Answer>(
    name: FunctionName,
    start: (container: Container) => (event: Event) => Promise<Answer>,
  ): LambdaFunction<Event, Answer> {
    const made = new LambdaFunction(this.#world, this.#chaos, name, FUNCTIONS[name].timeoutMs, start);
    this.#functions.push(made as LambdaFunction<never, unknown>);
    return made;
  }

  #matcher(container: Container): (delivery: LogDelivery) => Promise<void> {
    const { deps, current, state } = this.#portsOf(container);
    const compile = compiler(deps.happened);
    const { sizes } = this.#scenario;
    let known: { version: number; memory: MatcherMemory } | undefined;
    return async ({ logStream, events }) => {
      const now = await current.get();
      if (known?.version !== now.version)
        known = { version: now.version, memory: new MatcherMemory(new CountMemory(sizes)) };
      const batch = { ...ACCOUNT, logStream, events };
      const changed = this.#mutant.batch?.(batch, container.clock) ?? batch;
      await matchBatch({ ...deps, state }, compile(now), known.memory, changed);
    };
  }

  /** The matcher as it consumes what Lambda gave up on. */
  #again(container: Container): (event: SQSEvent) => Promise<SQSBatchResponse> {
    const match = this.#matcher(container);
    return (event) =>
      this.#forEach(event, async (body) => {
        const delivery = this.#scenario.deliveries[Number(body)];
        if (delivery === undefined) throw new Error(`There is no delivery ${body}.`);
        await match(delivery);
        this.#noteCounted(delivery);
        return 'done';
      });
  }

  #dispatcher(container: Container): (event: SQSEvent) => Promise<SQSBatchResponse> {
    const { deps: ports, current } = this.#portsOf(container);
    const deps = { ...ports, silences: new KnownSilences(ports.state, ports.clock) };
    return (event) =>
      this.#forEach(event, async (body) => {
        const message = parseDispatcherMessage(body);
        const { configuration } = await current.get();
        if (message.type === 'alert') await takeAlert(deps, configuration, message);
        else await flushGroup(deps, configuration, message);
        return 'done';
      });
  }

  #notifier(container: Container): (event: SQSEvent) => Promise<SQSBatchResponse> {
    const { deps, current } = this.#portsOf(container);
    const deadLetters = { send: (messages: { body: DeadDelivery }[]) => this.#bury(container, messages) };
    const own = {
      ...deps,
      deadLetters,
      channels: {
        email: this.outside.channel('email', container),
        feishu: this.outside.channel('feishu', container),
      },
      random: () => this.#world.random.next(),
      transport: { request: unused },
      mailer: { send: unused },
      secrets: { get: unused },
    };
    return (event) =>
      this.#forEach(event, async (body, id) => {
        const message = parseDeliveryMessage(body);
        const { configuration } = await current.get();
        const carried = await deliver(own, configuration, message);
        if (carried.kind === 'done') return 'done';
        const seconds = Math.max(Math.ceil((carried.notBefore - container.clock()) / 1000), 0);
        await container.call({ kind: 'write', label: () => `hide ${id} for ${seconds} s` }, async () =>
          this.deliveries.hide(id, Math.min(seconds, 43_200) * 1000),
        );
        return 'again';
      });
  }

  async #bury(container: Container, messages: { body: DeadDelivery }[]): Promise<void> {
    await container.call({ kind: 'send', label: () => 'dead letter' }, async () => {
      this.deadDeliveries.push(...messages.map(({ body }) => body));
    });
  }

  #evaluatorIn(container: Container): () => Promise<void> {
    const { deps, current } = this.#portsOf(container);
    return async () => await evaluate(deps, await current.get());
  }

  #responder(container: Container): (click: Click) => Promise<number> {
    const { deps, current } = this.#portsOf(container);
    return responder({ ...deps, configuration: async () => (await current.get()).configuration });
  }

  async #forEach(event: SQSEvent, carryOut: (body: string, id: string) => Promise<Handled>) {
    return await forEachMessage(
      event,
      ({ body, messageId }) => carryOut(body, messageId),
      ({ messageId }, error) => {
        const text =
          error instanceof PortError ? error.message : error instanceof Error ? error.stack : error;
        this.#world.note(() => `message ${messageId} failed: ${text}`);
        if (!(error instanceof PortError)) this.unexpected.push(`message ${messageId}: ${text}`);
      },
    );
  }

  /** Errors that no port threw. */
  readonly unexpected: string[] = [];

  #portsOf(container: Container) {
    const faulty: Table = new FaultyTable(container, 'state', this.state);
    const { clock } = container;
    const state = this.#mutant.state?.(faulty, this.state, clock) ?? faulty;
    const happened = (happening: Happening) => {
      this.#world.note(() => `${container.invocation.label} says ${happeningText(happening)}`);
      this.happenings.push({ at: this.#world.now(), happening });
    };
    const config = new FaultyTable(container, 'config', this.config);
    const deps = {
      state,
      alerts: new FaultyQueue<DispatcherMessage>(container, this.alerts),
      deliveries: new FaultyQueue<DeliveryMessage>(container, this.deliveries),
      clock,
      happened,
    };
    return {
      deps,
      state,
      current: new CurrentConfiguration({ config, state, clock, happened, ...itemReader }),
    };
  }
}

function happeningText(happening: Happening): string {
  if (happening.type !== 'alert') return JSON.stringify(happening);
  const { status, alert, withheld } = happening;
  const { labels, startsAt, endsAt, value } = alert;
  return `alert ${labels.rule}/${labels.g ?? ''}@${startsAt} ${status} ${endsAt} value ${value}${withheld === null ? '' : `, withheld: ${withheld}`}`;
}

async function unused(): Promise<never> {
  throw new Error('The simulated channels use none of this.');
}
