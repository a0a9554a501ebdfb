/** Several matchers on one table, as far as counting and judging go; a scheduler decides whose call is next. */
import type { Scheduler } from 'fast-check';
import { FiringMemory } from '../../functions/matcher/firing-memory.ts';
import type { CountCondition } from '../../shared/conditions/count.ts';
import { judgeWritten } from '../../shared/conditions/live.ts';
import type { Run } from '../../shared/conditions/runs.ts';
import { CountMemory, type CountSizes } from '../../shared/count/memory.ts';
import { sliceAt, slicingOf } from '../../shared/count/slices.ts';
import { type CountContext, expiryOf, recordMatches, type Series } from '../../shared/count/store.ts';
import { PortError, type Table } from '../../shared/ports.ts';
import type { Episodes } from './episodes.ts';
import type { Event } from './oracle.ts';

export const SERIES: Series = { ruleId: 'errors', generation: '01234567', fingerprint: '0123456789abcdef' };

export function countCondition(threshold: number, withinMs: number): CountCondition {
  return { kind: 'count', is: { operator: '>=', threshold }, withinMs } as CountCondition;
}

/** Processing time that passes with every call to the table. */
export interface Passing {
  now: number;
  /** What the next calls take, ms, in turn. */
  takes: readonly number[];
  calls: number;
}

/** A fault at the n-th call: throttled before it took effect, or after. */
export type Faults = ReadonlyMap<number, 'before' | 'after'>;

/** A table whose calls wait for their turn, take time and may be throttled. */
export function interleaved(table: Table, scheduler: Scheduler, time: Passing, faults: Faults): Table {
  const around = <Arguments extends unknown[], Result>(call: (...given: Arguments) => Promise<Result>) => {
    return async (...given: Arguments): Promise<Result> => {
      await scheduler.schedule(Promise.resolve(), 'request');
      time.calls += 1;
      time.now += time.takes[time.calls % time.takes.length] ?? 0;
      const fault = faults.get(time.calls);
      if (fault === 'before') throw throttled();
      const result = await call.apply(table, given);
      if (fault === 'after') throw throttled();
      await scheduler.schedule(Promise.resolve(), 'answer');
      return result;
    };
  };
  return {
    get: around(table.get),
    query: around(table.query),
    update: around(table.update),
    put: around(table.put),
    delete: around(table.delete),
    due: around(table.due),
    scan: around(table.scan),
  };
}

function throttled(): PortError {
  return new PortError('ProvisionedThroughputExceededException', 'too much', { transient: true });
}

/** A warm function that counts and judges batches, one after the other, each until it succeeds. */
export class Matcher {
  readonly #firing = new FiringMemory();
  readonly #episodes: Episodes | undefined;
  readonly #context: CountContext;
  readonly #condition: CountCondition;

  /** With `episodes` it tells them what it finds, and neither reads nor announces while it knows of one that fires. */
  constructor(
    table: Table,
    clock: () => number,
    condition: CountCondition,
    sizes: CountSizes,
    episodes?: Episodes,
  ) {
    this.#context = { table, memory: new CountMemory(sizes), clock };
    this.#episodes = episodes;
    this.#condition = condition;
  }

  async take(events: readonly Event[]): Promise<Run[]> {
    for (;;) {
      try {
        return await this.#attempt(events);
      } catch (error) {
        if (!(error instanceof PortError) || !error.transient) throw error;
      }
    }
  }

  async #attempt(events: readonly Event[]): Promise<Run[]> {
    const slicing = slicingOf(this.#condition.withinMs);
    const ids = new Map<number, string[]>();
    for (const { id, timestamp } of events) {
      const slice = sliceAt(timestamp, slicing);
      ids.set(slice, [...(ids.get(slice) ?? []), id]);
    }
    const expiresAt = expiryOf(this.#context.clock(), this.#condition.withinMs);
    await recordMatches(this.#context, SERIES, slicing, ids, expiresAt);
    const times = events.map(({ timestamp }) => timestamp);
    const from = Math.min(...times);
    if (this.#firing.covers(SERIES, from, Math.max(...times), this.#context.clock())) return [];
    const written = { times, sinceMs: this.#firing.firedAt(SERIES, from) };
    const { runs } = await judgeWritten(this.#context, SERIES, this.#condition, written);
    for (const run of runs) {
      const episode = this.#episodes?.apply(run, this.#context.clock());
      if (episode !== undefined) this.#firing.note(SERIES, episode);
    }
    return runs;
  }
}
