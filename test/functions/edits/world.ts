/**
 * One rule, edited through the config table, and functions that each know it as it was at some time: whoever holds an
 * old snapshot may work at any moment among those who hold the new one.
 */
import type { EvaluateDeps } from '../../../functions/evaluator/deps.ts';
import { evaluate } from '../../../functions/evaluator/evaluate.ts';
import { type Compiled, compiler } from '../../../functions/matcher/compile.ts';
import { MatcherMemory, matchBatch } from '../../../functions/matcher/match-batch.ts';
import type { DeliveryMessage, DispatcherMessage } from '../../../shared/alerts/messages.ts';
import { ALERT_PREFIX, confirmTaken } from '../../../shared/alerts/store.ts';
import { channelSchemas } from '../../../shared/channels/registry.ts';
import { WATCH_PREFIX } from '../../../shared/conditions/watch.ts';
import { createItemReader } from '../../../shared/config/items.ts';
import { checkPattern, checkRegex } from '../../../shared/match/program.ts';
import { MemoryQueue } from '../../../shared/memory/queue.ts';
import { MemoryTable } from '../../../shared/memory/table.ts';
import type { Item, Key, Table, Value } from '../../../shared/ports.ts';
import { type Current, CurrentConfiguration } from '../../../shared/snapshot/current.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
const START = Date.UTC(2026, 10, 21, 2);
/** An edit is published once the table is due to be read again. */
const PUBLISHED_AFTER_MS = 10 * SECOND;
const reader = createItemReader(channelSchemas, { checkPattern, checkRegex });

/** A rule as people write it, without its id; null: there is none. */
export type Written = Record<string, Value> | null;

/** A matcher and an evaluator that know the rule as it was at one time. */
export interface Functions {
  /** Log lines of now. */
  log(...lines: string[]): Promise<void>;
  /** The same, in another log stream. */
  logIn(logStream: string, ...lines: string[]): Promise<void>;
  /** A round of the evaluator. */
  look(): Promise<void>;
}

/** What a function has read of the configuration. */
export interface Known {
  current: Current;
  compiled: Compiled;
}

/** Called after every call that a function makes for the rule's watches and alerts, or for its counters. */
export type Answered = () => Promise<void>;

export class EditedWorld {
  /** What became of the rule's alerts, in order: that one fires, or when and why it was over. */
  readonly told: string[] = [];
  readonly #state = new MemoryTable();
  readonly #config = new MemoryTable();
  readonly #alerts = new MemoryQueue<DispatcherMessage>();
  #lines = 0;
  now = START;

  /** Writes the rule and publishes it; answers what a function knows that looks now. */
  async edit(rule: Written): Promise<Known> {
    this.now += PUBLISHED_AFTER_MS;
    const key = { pk: 'rule', sk: 'rule' };
    if (rule === null) await this.#config.delete(key);
    else await this.#config.put({ ...rule, ...key });
    const { state, clock } = this.#deps();
    const happened = () => undefined;
    const own = new CurrentConfiguration({ config: this.#config, state, clock, happened, ...reader });
    const current = await own.get();
    return { current, compiled: compiler(happened)(current) };
  }

  /** Another world in which the same was written, and nothing was told yet. */
  async copy(): Promise<EditedWorld> {
    const copy = new EditedWorld();
    copy.now = this.now;
    await putAll(copy.#state, await this.#state.scan());
    await putAll(copy.#config, await this.#config.scan());
    return copy;
  }

  functions(
    { current, compiled }: Known,
    answered: Answered = nothing,
    counted: Answered = nothing,
  ): Functions {
    const state = calling(this.#state, answered, counted);
    const memory = new MatcherMemory();
    const deps = { ...this.#deps(), state };
    const logIn = async (logStream: string, ...lines: string[]) => {
      await matchBatch(deps, compiled, memory, this.#batchOf(logStream, lines));
      await this.#settle();
    };
    return {
      log: (...lines) => logIn('s', ...lines),
      logIn,
      look: async () => {
        await evaluate(deps, current);
        await this.#settle();
      },
    };
  }

  #deps(): EvaluateDeps {
    return {
      state: this.#state,
      alerts: this.#alerts,
      deliveries: new MemoryQueue<DeliveryMessage>(),
      clock: () => this.now,
      happened: (happening) => {
        if (happening.type !== 'alert') return;
        const { startsAt, endsAt, endReason } = happening.alert;
        if (endsAt === null) this.told.push('fires');
        else
          this.told.push(`over after ${(endsAt - startsAt) / SECOND} s: ${endReason ?? 'it held no longer'}`);
      },
    };
  }

  #batchOf(logStream: string, lines: readonly string[]) {
    const events = lines.map((message) => {
      this.#lines += 1;
      return { id: String(this.#lines).padStart(9, '0'), timestamp: this.now, message };
    });
    return { account: '1', region: 'eu-west-1', logGroup: '/app', logStream, events };
  }

  /** The dispatcher takes every alert at once. */
  async #settle(): Promise<void> {
    for (const message of this.#alerts.take(Number.POSITIVE_INFINITY)) {
      if (message.type === 'alert') await confirmTaken(this.#state, message, this.now);
    }
  }
}

async function putAll(table: Table, items: readonly Item[]): Promise<void> {
  for (const item of items) await table.put(item);
}

const CONCERNED = [WATCH_PREFIX, ALERT_PREFIX];

const nothing: Answered = async () => undefined;

function calling(table: Table, answered: Answered, counted: Answered): Table {
  return new Proxy(table, {
    get:
      (target, name: keyof Table) =>
      async (...given: [never, never, never]) => {
        const answer = await target[name](...given);
        const { pk = '' } = given[0] as Partial<Key>;
        if (CONCERNED.some((prefix) => pk.startsWith(prefix))) await answered();
        if (pk.startsWith('count#')) await counted();
        return answer;
      },
  });
}
