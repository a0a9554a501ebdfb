import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CountCondition, judgeCount } from '../../shared/conditions/count.ts';
import { judgeWritten } from '../../shared/conditions/live.ts';
import { readHead } from '../../shared/count/head.ts';
import { CountMemory, type CountSizes } from '../../shared/count/memory.ts';
import { readRecent } from '../../shared/count/recent.ts';
import { sliceAt, slicingOf } from '../../shared/count/slices.ts';
import { recordMatches } from '../../shared/count/store.ts';
import { type Consumed, PortError } from '../../shared/ports.ts';
import { faulty, numbersFrom } from '../conditions/faulty.ts';
import type { DynamoHarness } from './dynamo.ts';
import { harnesses } from './harnesses.ts';

const SERIES = { ruleId: 'errors', generation: '01234567', fingerprint: '0123456789abcdef' };
const START = Date.UTC(2026, 10, 21, 2);
const WITHIN_MS = 300_000;
const SLICING = slicingOf(WITHIN_MS);

/** Slices of ten minutes, which are closed stint by stint. */
const LONG_MS = 36_000_000;

/** A call that fails is made again, as by Lambda. */
async function untilDone<Result>(call: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
    }
  }
}

function countCondition(threshold: number): CountCondition {
  const is = { operator: '>=', threshold, unit: 'none', scale: 1, text: `>= ${threshold}` } as const;
  return { kind: 'count', is, withinMs: WITHIN_MS };
}

describe.each(harnesses)('counting on $name', ({ open }) => {
  let harness: DynamoHarness;

  beforeAll(async () => {
    harness = await open();
  });
  afterAll(async () => harness.stop());

  /** Batches of three events each, so many a second, by two functions in turn; each batch is delivered twice. */
  const deliver = async (batches: number, perSecond: number, sizes?: CountSizes) => {
    const consumed: Consumed[] = [];
    const table = await harness.table((units) => void consumed.push(units));
    const memories = [new CountMemory(sizes), new CountMemory(sizes)];
    const condition = countCondition(batches * 3);
    const runs: number[] = [];
    for (let index = 0; index < 2 * batches; index++) {
      const batch = index >> 1;
      const now = START + (batch * 1000) / perSecond;
      const context = {
        table,
        memory: memories[index % 2] ?? new CountMemory(sizes),
        clock: () => now,
      };
      const ids = [0, 1, 2].map((place) => `${batch}-${place}`);
      const written = new Map([[sliceAt(now, SLICING), ids]]);
      await recordMatches(context, SERIES, SLICING, written, now + 86_400_000);
      const judged = await judgeWritten(context, SERIES, condition, {
        times: ids.map(() => now),
        sinceMs: undefined,
      });
      if (judged.runs.length > 0) runs.push(batch);
    }
    return { table, consumed, condition, runs };
  };

  it('finds the crossing with the batch that crosses, at one write and one read unit a batch', async () => {
    const { table, consumed, condition, runs } = await deliver(40, 1);
    expect(runs).toEqual([39, 39]);
    const { runs: afterwards } = await judgeCount(table, SERIES, condition, START, START + 40_000);
    expect(afterwards[0]?.peak).toBe(120);
    const writes = consumed.filter(({ operation }) => operation === 'update');
    expect(writes.map(({ writeUnits }) => writeUnits)).toEqual(writes.map(() => 1));
    expect(writes).toHaveLength(80);
    const reads = consumed.filter(({ operation }) => operation === 'query').slice(0, 80);
    expect(Math.max(...reads.map(({ readUnits }) => readUnits))).toBe(1);
  });

  it('counts each event once, and knows it, where calls fail before or after their effect, in long slices', async () => {
    const slicing = slicingOf(LONG_MS);
    const table = await harness.table();
    const unreliable = faulty(table, numbersFrom(4), 0.3);
    let now = START;
    const writers = [0, 1].map(() => ({
      table: unreliable,
      memory: new CountMemory({ cachedFromBytes: 1, hotFromBytes: 1_000_000, hotWritesPerSecond: 1_000 }),
      clock: () => now,
    }));
    const ids = new Set<string>();
    for (let batch = 0; batch < 24; batch++, now += 6_000) {
      // Each batch shares events with the one before it.
      const own = [0, 1, 2, 3].map((place) => `${3 * batch + place}`);
      const slice = sliceAt(START, slicing);
      const written = new Map([[slice, own]]);
      for (const id of own) ids.add(id);
      for (const writer of writers) {
        await untilDone(() => recordMatches(writer, SERIES, slicing, written, now + 86_400_000));
        const { counts } = await untilDone(() => readRecent(writer, SERIES, slicing, slice));
        expect(counts).toEqual(new Map([[slice, ids.size]]));
      }
    }
  });

  it('finds the crossing while it announces instead of reading, and then ends it', async () => {
    const { table, consumed, runs } = await deliver(40, 10, {
      cachedFromBytes: 1,
      hotFromBytes: 300,
      hotWritesPerSecond: 0,
    });
    expect(runs).toEqual([39, 39]);
    expect(await readHead(table, SERIES)).toMatchObject({ hot: null, exists: true });
    const queries = consumed.filter(({ operation }) => operation === 'query');
    expect(queries.length).toBeLessThan(40);
  });
});
