import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEAD_SORT_KEY } from '../../shared/count/layout.ts';
import { CountMemory } from '../../shared/count/memory.ts';
import { readCounts } from '../../shared/count/read.ts';
import { readRecent } from '../../shared/count/recent.ts';
import { type Slicing, sliceAt, slicingOf } from '../../shared/count/slices.ts';
import { type CountContext, expiryOf, recordMatches, type Series } from '../../shared/count/store.ts';
import { MemoryTable } from '../../shared/memory/table.ts';
import type { Item, Table } from '../../shared/ports.ts';

const SERIES: Series = { ruleId: 'errors', generation: '01234567', fingerprint: '0123456789abcdef' };
const START = Date.UTC(2026, 10, 21, 2);
/** Slices of a second, of five, and of a minute, which are closed stint by stint. */
const WITHINS_MS = [60_000, 300_000, 3_600_000];
/** Less than what clocks may differ by. */
const SKEWS_MS = [-2_000, 2_500];
/** Everything is remembered as soon as it is closed. */
const SIZES = { cachedFromBytes: 0, hotFromBytes: 1_000_000, hotWritesPerSecond: 1_000 };

const step = fc.record({
  /** Seconds since the step before. */
  after: fc.constantFrom(0, 1, 4, 9, 21, 70),
  writer: fc.nat(1),
  /** How long (seconds) the call to the table takes before it takes effect; others read meanwhile. */
  stalls: fc.constantFrom(0, 0, 0, 3, 22, 40),
  /** How old (seconds) the events are. */
  old: fc.constantFrom(0, 0, 2, 8, 30, 90),
  ids: fc.array(fc.nat(12).map(String), { minLength: 1, maxLength: 4 }),
});

class World {
  now = START;
  readonly table = new MemoryTable();
  readonly #slicing: Slicing;
  readonly #readers: CountContext[];
  readonly #writers: CountContext[];
  #stalls = 0;

  constructor(withinMs: number) {
    this.#slicing = slicingOf(withinMs);
    this.#readers = SKEWS_MS.map((skew) => this.#context(this.table, skew));
    const slow: Table = Object.assign(Object.create(this.table), {
      update: async (...given: Parameters<Table['update']>) => {
        this.now += this.#stalls * 1000;
        this.#stalls = 0;
        await this.readAll();
        return await this.table.update(...given);
      },
    });
    this.#writers = [...SKEWS_MS].reverse().map((skew) => this.#context(slow, skew));
  }

  #context(table: Table, skew: number): CountContext {
    return { table, memory: new CountMemory(SIZES), clock: () => this.now + skew };
  }

  async write({ after, writer, stalls, old, ids }: typeof step extends fc.Arbitrary<infer S> ? S : never) {
    this.now += after * 1000;
    this.#stalls = stalls;
    const slice = sliceAt(this.now - old * 1000, this.#slicing);
    const context = this.#writers[writer];
    if (context === undefined) throw new Error(`There is no writer ${writer}.`);
    // An event has one time, so the same number in another slice is another event.
    const idsBySlice = new Map([[slice, ids.map((id) => `${slice}-${id}`)]]);
    await recordMatches(context, SERIES, this.#slicing, idsBySlice, expiryOf(this.now, 3_600_000));
  }

  /** What each reader makes of the newest window with what it remembers. */
  async readAll() {
    const from = sliceAt(this.now, this.#slicing) - this.#slicing.windowSlices;
    const reads = this.#readers.map((reader) => readRecent(reader, SERIES, this.#slicing, from));
    return (await Promise.all(reads)).map(({ counts }) => sorted(counts));
  }

  /** What is stored. */
  async truth() {
    const now = sliceAt(this.now, this.#slicing);
    return sorted(await readCounts(this.table, SERIES, now - this.#slicing.windowSlices, now));
  }
}

function sorted(counts: ReadonlyMap<number, number>): [number, number][] {
  return [...counts].sort(([a], [b]) => a - b);
}

describe('what a function remembers of the newest window', () => {
  it('is what is stored after every write, however late or slow, whoever wrote', async () => {
    const steps = fc.array(step, { minLength: 1, maxLength: 20, size: 'max' });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...WITHINS_MS), steps, async (withinMs, given) => {
        const world = new World(withinMs);
        for (const one of given) {
          await world.write(one);
          const truth = await world.truth();
          expect(await world.readAll()).toEqual([truth, truth]);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('is nothing that was read before a late write, though the head was read after it', async () => {
    const slicing = slicingOf(60_000);
    const slice = sliceAt(START, slicing) - 30;
    const table = new MemoryTable();
    const contextOn = (on: Table) => ({
      table: on,
      memory: new CountMemory(SIZES),
      clock: () => START,
    });
    const writeLate = (id: string) =>
      recordMatches(contextOn(table), SERIES, slicing, new Map([[slice, [id]]]), expiryOf(START, 60_000));
    await writeLate('first');
    let inBetween = async () => {};
    const piecemeal: Table = Object.assign(Object.create(table), {
      query: async (query: Parameters<Table['query']>[0]): Promise<Item[]> => {
        const before = await table.query(query);
        await inBetween();
        const head = (await table.query(query)).at(-1);
        return [...before.slice(0, -1), ...(head === undefined ? [] : [head])];
      },
    });
    const reader = contextOn(piecemeal);
    const read = async () => (await readRecent(reader, SERIES, slicing, slice)).counts.get(slice);
    expect(await read()).toBe(1);
    reader.memory = new CountMemory(SIZES);
    inBetween = async () => {
      await writeLate('second');
      inBetween = async () => {};
    };
    await read();
    expect(await read()).toBe(2);
    expect(await read()).toBe(2);
  });

  it('is nothing that was read before a late write, though the head had vanished by TTL meanwhile', async () => {
    const slicing = slicingOf(60_000);
    const slice = sliceAt(START, slicing) - 30;
    const table = new MemoryTable();
    let now = START;
    const contextOf = () => ({ table, memory: new CountMemory(SIZES), clock: () => now });
    const writeLate = (id: string) =>
      recordMatches(contextOf(), SERIES, slicing, new Map([[slice, [id]]]), expiryOf(now, 60_000));
    const reader = contextOf();
    const read = async () => (await readRecent(reader, SERIES, slicing, slice)).counts.get(slice);
    await writeLate('first');
    expect([await read(), await read()]).toEqual([1, 1]);
    const head = (await table.scan()).find(({ sk }) => sk === HEAD_SORT_KEY);
    if (head !== undefined) await table.delete(head);
    now += 60_000;
    await writeLate('second');
    expect(await read()).toBe(2);
  });

  it('keeps what is read small, however long the slice that is open', async () => {
    const slicing = slicingOf(86_400_000);
    const reads: number[] = [];
    const table = new MemoryTable(({ operation, readUnits }) => {
      if (operation === 'query') reads.push(readUnits);
    });
    const context = { table, memory: new CountMemory(), clock: () => now };
    let now = START;
    for (let second = 0; second < 600; second++, now += 1000) {
      const slice = sliceAt(now, slicing);
      await recordMatches(context, SERIES, slicing, new Map([[slice, [`${second}`]]]), expiryOf(now, 0));
      await readRecent(context, SERIES, slicing, slice - slicing.windowSlices);
    }
    expect(Math.max(...reads)).toBe(1);
  });
});
