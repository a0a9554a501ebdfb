import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countEntries, entriesOf, LIGHT_MAX } from '../../shared/count/entries.ts';
import { readHead } from '../../shared/count/head.ts';
import { CountMemory } from '../../shared/count/memory.ts';
import { readCounts } from '../../shared/count/read.ts';
import { readRecent } from '../../shared/count/recent.ts';
import { slicingOf } from '../../shared/count/slices.ts';
import { type CountContext, recordEntries, recordMatches, type Series } from '../../shared/count/store.ts';
import { MemoryTable } from '../../shared/memory/table.ts';
import { PortError, type Table } from '../../shared/ports.ts';

const SERIES: Series = { ruleId: 'errors', generation: '01234567', fingerprint: '0123456789abcdef' };
const SLICING = slicingOf(300_000);
const NOW = Date.UTC(2026, 10, 21, 2);
const SLICE = NOW / SLICING.sliceMs;
const EXPIRES = NOW + 86_400_000;

const idsOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `id-${from + index}`);

function contextOf(table: Table, now = NOW): CountContext {
  return { table, memory: new CountMemory(), clock: () => now };
}

const record = (context: CountContext, slice: number, ids: string[]) =>
  recordMatches(context, SERIES, SLICING, new Map([[slice, ids]]), EXPIRES);

const countOf = async (table: Table, slice = SLICE) =>
  (await readCounts(table, SERIES, slice, slice)).get(slice) ?? 0;

describe('entries', () => {
  it('count the union of light batches, however events are regrouped', () => {
    const batches = fc.array(
      fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: LIGHT_MAX }),
    );
    fc.assert(
      fc.property(batches, (numbers) => {
        const sets = numbers.map((batch) => new Set(entriesOf(batch.map(String))));
        expect(countEntries(sets)).toBe(new Set(numbers.flat()).size);
      }),
    );
  });

  it('count a heavy batch once, in any order and with events twice', () => {
    const ids = idsOf(0, 300);
    const sets = [ids, [...ids].reverse(), [...ids, ...ids]].map((batch) => new Set(entriesOf(batch)));
    expect(countEntries(sets)).toBe(300);
    expect(sets[0]?.size).toBe(1);
  });

  it('count a heavy batch that is delivered in another grouping at most once more each time, and never less', () => {
    const size = fc.integer({ min: 1, max: 3 * LIGHT_MAX });
    const groupings = fc.array(size, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(size, groupings, (events, sizes) => {
        const ids = idsOf(0, events);
        const sets = sizes.flatMap((batch) =>
          Array.from({ length: Math.ceil(events / batch) }, (_, index) =>
            entriesOf(ids.slice(index * batch, (index + 1) * batch)),
          ).map((entries) => new Set(entries)),
        );
        const counted = countEntries(sets);
        expect(counted).toBeGreaterThanOrEqual(events);
        expect(counted).toBeLessThanOrEqual(events * new Set(sizes).size);
        if (sizes.every((batch) => Math.min(batch, events) <= LIGHT_MAX)) expect(counted).toBe(events);
      }),
    );
  });

  it('are one by one up to the limit, and one beyond', () => {
    expect(entriesOf(idsOf(0, LIGHT_MAX))).toHaveLength(LIGHT_MAX);
    expect(entriesOf(idsOf(0, LIGHT_MAX + 1))).toHaveLength(1);
  });
});

describe('the counters of a series', () => {
  it('count each event once over functions and redeliveries', async () => {
    const table = new MemoryTable();
    const [first, second] = [contextOf(table), contextOf(table)];
    await record(first, SLICE, idsOf(0, 5));
    await record(second, SLICE, idsOf(3, 8));
    await record(first, SLICE, idsOf(100, 200));
    await record(second, SLICE, idsOf(100, 200));
    expect(await countOf(table)).toBe(8 + 100);
  });

  it('cost one write unit per batch and slice, however many batches', async () => {
    const units: number[] = [];
    const table = new MemoryTable(({ writeUnits }) => void units.push(writeUnits));
    const context = contextOf(table);
    for (let batch = 0; batch < 400; batch++) await record(context, SLICE, idsOf(batch * 7, batch * 7 + 7));
    expect(units).toHaveLength(400);
    expect(Math.max(...units)).toBe(1);
    expect(await countOf(table)).toBe(2800);
  });

  it('cost one write unit for each KB that one batch brings, however long the name of the rule', async () => {
    const units: number[] = [];
    const table = new MemoryTable(({ writeUnits }) => void units.push(writeUnits));
    const series = { ...SERIES, ruleId: 'r'.repeat(63) };
    const entries = idsOf(0, 1_000).map((id) => id.padEnd(11, '.'));
    await recordEntries(contextOf(table), series, new Map([[SLICE, entries]]), EXPIRES);
    expect(Math.max(...units)).toBe(1);
    expect(units.length).toBeLessThan(15);
  });

  it('keep their items for events that are a day late', async () => {
    const table = new MemoryTable();
    await record(contextOf(table), SLICE, idsOf(0, 1));
    const [item] = await table.scan();
    expect(item?.ttl).toBe(EXPIRES / 1000);
  });

  it('tell others of a write into a slice that they may have cached', async () => {
    const table = new MemoryTable();
    await record(contextOf(table), SLICE, idsOf(0, 1));
    expect((await readHead(table, SERIES)).late).toBe(0);
    await record(contextOf(table), SLICE - 10, idsOf(1, 2));
    expect((await readHead(table, SERIES)).late).toBeGreaterThan(0);
  });

  it('are read from the cache only while nothing was late', async () => {
    const reads: number[] = [];
    const table = new MemoryTable(({ operation, readUnits }) => {
      if (operation === 'query') reads.push(readUnits);
    });
    const early = contextOf(table, NOW - 120_000);
    for (let slice = SLICE - 60; slice < SLICE - 24; slice++) {
      for (let batch = 0; batch < 5; batch++)
        await record(early, slice, idsOf(slice * 100 + batch * 10, slice * 100 + batch * 10 + 10));
    }
    const [reader, late] = [contextOf(table), contextOf(table)];
    const read = async () => (await readRecent(reader, SERIES, SLICING, SLICE - 60)).counts;
    const before = await read();
    await read();
    await read();
    expect(reads.at(-1)).toBe(1);
    await record(late, SLICE - 30, idsOf(0, 3));
    const after = await read();
    expect(after.get(SLICE - 30)).toBe((before.get(SLICE - 30) ?? 0) + 3);
  });
});

describe('a throttled partition', () => {
  it.each(['before', 'after'])(
    'sends writes elsewhere, recorded first, each counted once (%s)',
    async (moment) => {
      const table = new MemoryTable();
      const calls: string[] = [];
      const throttled: Table = Object.assign(Object.create(table), {
        update: async (...[key, change, condition]: Parameters<Table['update']>) => {
          calls.push(key.sk === '~' ? 'head' : (key.pk.split('#')[4] ?? 'first'));
          const hot = key.sk !== '~' && !key.pk.endsWith('#1');
          const result = hot && moment === 'before' ? undefined : await table.update(key, change, condition);
          if (hot) throw new PortError('ThrottlingException', 'too much', { transient: true });
          return result;
        },
        query: (query: Parameters<Table['query']>[0]) => table.query(query),
        get: (key: Parameters<Table['get']>[0]) => table.get(key),
      });
      const context = contextOf(throttled);
      await record(context, SLICE, idsOf(0, 5));
      await record(context, SLICE, idsOf(0, 6));
      expect(await countOf(table)).toBe(6);
      expect(calls).toEqual(['first', 'head', '1', '1']);
      expect((await readHead(table, SERIES)).shards).toBe(2);
      const recent = await readRecent(contextOf(table), SERIES, SLICING, SLICE);
      expect(recent.counts.get(SLICE)).toBe(6);
    },
  );

  it('fails with what the table said where it is throttled everywhere', async () => {
    const error = new PortError('ProvisionedThroughputExceededException', 'too much', { transient: true });
    const table = Object.assign(Object.create(new MemoryTable()), { update: () => Promise.reject(error) });
    await expect(record(contextOf(table), SLICE, idsOf(0, 1))).rejects.toBe(error);
  });
});
