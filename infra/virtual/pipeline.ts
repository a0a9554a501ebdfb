/**
 * The whole pipeline in memory and in virtual time: the same use cases as on Lambda, over the memory ports. Messages
 * are carried out in the order of their times, one at a time, so the same events give the same answer, always.
 */

import { flushGroup } from '../../functions/dispatcher/flush-group.ts';
import { takeAlert } from '../../functions/dispatcher/take-alert.ts';
import type { EvaluateDeps } from '../../functions/evaluator/deps.ts';
import { evaluate } from '../../functions/evaluator/evaluate.ts';
import { asksForAbsence, beginWatches, evaluateWatch } from '../../functions/evaluator/watches.ts';
import { type Compiled, compiler } from '../../functions/matcher/compile.ts';
import { MatcherMemory, matchBatch } from '../../functions/matcher/match-batch.ts';
import { type DeliverDeps, deliver } from '../../functions/notifier/deliver.ts';
import type { DeadDelivery, DeliveryMessage, DispatcherMessage } from '../../shared/alerts/messages.ts';
import type { NotifiedAlert } from '../../shared/alerts/notification.ts';
import { ALERT_PREFIX, episodeOf, isHeadKey } from '../../shared/alerts/store.ts';
import type { Channel } from '../../shared/channels/channel.ts';
import { channelSchemas } from '../../shared/channels/registry.ts';
import { onlyCount } from '../../shared/conditions/count.ts';
import { OPEN_END } from '../../shared/conditions/runs.ts';
import { WATCH_PREFIX } from '../../shared/conditions/watch.ts';
import { createItemReader, type RawItem } from '../../shared/config/items.ts';
import { CHANNEL_KINDS, type ChannelKind } from '../../shared/config/model.ts';
import { dueKeys } from '../../shared/due.ts';
import type { Happened } from '../../shared/happenings.ts';
import type { LogBatch } from '../../shared/logs/event.ts';
import { checkPattern, checkRegex, type Hit } from '../../shared/match/program.ts';
import { MemoryQueue } from '../../shared/memory/queue.ts';
import { MemoryTable } from '../../shared/memory/table.ts';
import type { Key } from '../../shared/ports.ts';
import type { Current } from '../../shared/snapshot/current.ts';
import { Activity } from './activity.ts';
import { VirtualClock } from './clock.ts';
import { Lulls } from './lulls.ts';
import { matchedOnce } from './matched-once.ts';
import { somethingUnfinished } from './unfinished.ts';

/**
 * What is still due after it was looked at is looked at again so much later (ms), so that time goes on whatever
 * happens, and never before the log has come that far.
 */
const NUDGE_MS = 1000;
/** How often what only time can tell is looked at, ms, as on one machine. */
const LOOK_EVERY_MS = 2000;
/** How often what has expired is removed, ms. */
const EXPIRE_EVERY_MS = 6 * 3_600_000;

export class VirtualPipeline {
  readonly clock: VirtualClock;
  readonly state = new MemoryTable();
  readonly #alerts = new MemoryQueue<DispatcherMessage>();
  readonly #deliveries = new MemoryQueue<DeliveryMessage>();
  readonly #current: Current;
  readonly #compiled: Compiled;
  readonly #memory = new MatcherMemory();
  readonly #deps: EvaluateDeps;
  readonly #deliverDeps: DeliverDeps;
  /** When something falls due next; undefined: to be found out. */
  #nextAt: number | null | undefined;
  /** When it was last looked, ms. */
  #rungAt = Number.NEGATIVE_INFINITY;
  /** When the last look ahead was made, ms. */
  #lookedAt = Number.NEGATIVE_INFINITY;
  readonly #lulls = new Lulls();
  readonly #activity: Activity;
  #hasBegun = false;
  readonly #isTimed: boolean;
  #expireAt: number;
  #logsEndAt = Number.POSITIVE_INFINITY;

  /** `start`: ms; `items`: the document's parts, in force from the beginning. */
  constructor(start: number, items: readonly RawItem[], happened: Happened) {
    this.clock = new VirtualClock(start);
    this.#expireAt = start + EXPIRE_EVERY_MS;
    const reader = createItemReader(channelSchemas, { checkPattern, checkRegex });
    this.#current = { version: 1, configuration: reader.assemble(items).configuration, broken: 0 };
    const compiled = compiler(happened)(this.#current);
    // Whether a batch concerns anybody is asked before it is let in.
    this.#compiled = { ...compiled, program: matchedOnce(compiled.program) };
    this.#isTimed = this.#current.configuration.rules.some((rule) => onlyCount(rule) === null);
    const ports = { state: this.state, alerts: this.#alerts, deliveries: this.#deliveries };
    const logsEndAt = () => this.#logsEndAt;
    const settled = this.#lulls.add.bind(this.#lulls);
    const cadence = { lookEveryMs: LOOK_EVERY_MS, settled };
    this.#deps = { ...ports, clock: this.clock.now, happened, logsEndAt, ...cadence };
    this.#activity = new Activity(this.#current.configuration);
    this.#deliverDeps = {
      ...this.#deps,
      deadLetters: new MemoryQueue<DeadDelivery>(),
      channels: SINKS,
      random: () => 0.5,
      transport: { request: nowhere },
      mailer: { send: nowhere },
      secrets: { get: nowhere },
    };
  }

  /** Whether any rule has something to say about the events; where none has, they need not be let in. */
  concerns(batch: LogBatch, emit?: (hit: Hit) => void): boolean {
    let concerned = false;
    this.#compiled.program.match(batch, (hit) => {
      concerned = true;
      emit?.(hit);
    });
    return concerned;
  }

  /** The alerts that fire now. */
  async firingAlerts(): Promise<NotifiedAlert[]> {
    const heads = (await this.state.scan()).filter(({ pk, sk }) => isHeadKey({ pk, sk }));
    return heads.map((item) => episodeOf(item).alert).filter(({ status }) => status === 'firing');
  }

  /** Rings what is due up to `at` (ms), the time of delivery, then lets the events in. */
  async ingest(batch: LogBatch, at: number): Promise<void> {
    await this.ringUntil(at);
    this.clock.advanceTo(at);
    this.#expire();
    this.#lulls.clear();
    await matchBatch(this.#deps, this.#compiled, this.#memory, batch);
    // What was recorded may have to be looked at before anything that was due until now.
    if (this.#isTimed) this.#nextAt = undefined;
    await this.#settle();
  }

  /** Lets time pass up to `until` (ms) as far as anything is due, each timer at its own time. */
  async ringUntil(until: number): Promise<void> {
    await this.#begin();
    for (;;) {
      this.#nextAt ??= this.#findNext();
      if (this.#nextAt === null || this.#nextAt > until) break;
      await this.#ring(this.#nextAt);
      if (!this.#lulls.isEmpty) await this.#lookAhead(until);
    }
    if (this.#lookedAt > this.#rungAt) this.#passTo(this.#lookedAt);
  }

  /**
   * No events come up to `until` (ms): what is settled is looked at now as it would be looked at last before anything
   * else that time can tell has to be looked at, or a rule becomes active or ceases to be. Only the chart of a message
   * in between can tell: its windows, which all say the same, reach further than the message is old.
   */
  async #lookAhead(until: number): Promise<void> {
    const isSettled = this.#lulls.includes();
    const nextAt = this.state.earliestDueAt((key) => isWatched(key) && !isSettled(key));
    const limit = nextAt === null ? until : Math.min(until, nextAt - 1);
    const looked = await this.#lulls.lookUpTo(
      this.#activity.sameUntil(this.clock.now(), limit),
      async (watch, at) => await evaluateWatch({ ...this.#deps, clock: () => at }, this.#current, watch),
    );
    if (looked === null) return;
    this.#lookedAt = Math.max(this.#lookedAt, looked);
    this.#nextAt = undefined;
  }

  /** Months of logs leave no more behind than a day of them. */
  #expire(): void {
    const now = this.clock.now();
    if (now < this.#expireAt) return;
    this.state.expire(now);
    this.#expireAt = now + EXPIRE_EVERY_MS;
  }

  async #begin(): Promise<void> {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    await beginWatches(this.#deps, this.#current.configuration.rules);
  }

  /**
   * Lets time pass until nothing is left to judge, to resolve or to tell. What is missing from here on is not absent:
   * the logs have come to their end.
   */
  async runOut(): Promise<void> {
    this.#logsEndAt = this.clock.now();
    while ((await this.#somethingRunsOut()) || (await somethingUnfinished(this.state))) {
      const at = this.#findNext();
      if (at === null || at >= OPEN_END) return;
      await this.#ring(at);
    }
  }

  /** What fires, and windows that are not over: but for what would wait for logs, and what waits for an event. */
  async #somethingRunsOut(): Promise<boolean> {
    const waiting = this.#current.configuration.rules
      .filter(asksForAbsence)
      .flatMap(({ id }) => [`${ALERT_PREFIX}${id}#`, `${WATCH_PREFIX}${id}#`]);
    const due = await dueKeys(this.state, OPEN_END - 1);
    return due.some((key) => isWatched(key) && !waiting.some((prefix) => key.pk.startsWith(prefix)));
  }

  async #ring(at: number): Promise<void> {
    this.#passTo(at);
    await this.#settle();
    this.#lulls.forgetDue(at);
    await evaluate(this.#deps, this.#current);
    await this.#settle();
    this.#nextAt = undefined;
  }

  #passTo(at: number): void {
    this.clock.advanceTo(at);
    this.#rungAt = this.clock.now();
  }

  /** Carries out every message that is due, and what follows from it. */
  async #settle(): Promise<void> {
    for (;;) {
      const now = this.clock.now();
      const messages = this.#alerts.take(now);
      const deliveries = this.#deliveries.take(now);
      if (messages.length + deliveries.length === 0) return;
      this.#nextAt = undefined;
      const { configuration } = this.#current;
      for (const message of messages) {
        if (message.type === 'alert') await takeAlert(this.#deps, configuration, message);
        else await flushGroup(this.#deps, configuration, message);
      }
      for (const message of deliveries) await deliver(this.#deliverDeps, configuration, message);
    }
  }

  #findNext(): number | null {
    const times = [this.#alerts.nextAt(), this.#deliveries.nextAt(), this.state.earliestDueAt()];
    const known = times.filter((at) => at !== null);
    if (known.length === 0) return null;
    return Math.min(...known.map((at) => (at > this.#rungAt ? at : this.#rungAt + NUDGE_MS)));
  }
}

/** Whether a key of the due index is that of an alert or a watch: the timers of others are there for lost messages. */
function isWatched({ pk }: Key): boolean {
  return pk.startsWith(ALERT_PREFIX) || pk.startsWith(WATCH_PREFIX);
}

async function nowhere(): Promise<never> {
  throw new Error('In virtual time nothing leaves this process.');
}

/** Channels that take everything and send nothing. */
const SINKS: Record<ChannelKind, Channel> = Object.fromEntries(
  CHANNEL_KINDS.map((kind) => [
    kind,
    { kind, schema: channelSchemas[kind], deliver: async () => ({ outcome: 'delivered', reference: null }) },
  ]),
) as unknown as Record<ChannelKind, Channel>;
