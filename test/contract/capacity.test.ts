import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Consumed, Table } from '../../shared/ports.ts';
import type { DynamoHarness } from './dynamo.ts';
import { harnesses } from './harnesses.ts';

const KEY = { pk: 'a', sk: '1' };
const text = (bytes: number) => 'x'.repeat(bytes);
const ids = (from: number, to: number) =>
  new Set(Array.from({ length: to - from }, (_, index) => `id-${String(from + index).padStart(8, '0')}`));

/** What is done first, what is measured, and what it costs on every implementation. */
const cases: [string, (table: Table) => Promise<unknown>, (table: Table) => Promise<unknown>, number][] = [
  ['a put by the KB begun', nothing, (table) => table.put({ ...KEY, text: text(1500) }), 2],
  ['a put by the larger item', large, (table) => table.put({ ...KEY, text: 'x' }), 2],
  ['a delete by what it removes', large, (table) => table.delete(KEY), 2],
  ['a delete of nothing', nothing, (table) => table.delete(KEY), 1],
  ['an update by the whole item', large, (table) => table.update(KEY, { set: { n: 1 } }), 2],
  ['a small update', nothing, (table) => table.update(KEY, { add: { ids: ids(0, 80) } }), 1],
  [
    'a set that grows over a KB',
    (table) => table.update(KEY, { add: { ids: ids(0, 80) } }),
    (table) => table.update(KEY, { add: { ids: ids(80, 100) } }),
    2,
  ],
];

/** The embedded DynamoDB does not count its indexes; Amazon's does. */
const indexCases: typeof cases = [
  ['an item that enters the index', nothing, (table) => table.put(due(100)), 2],
  ['an item that moves in the index', (table) => table.put(due(100)), (table) => table.put(due(200)), 3],
  [
    'an item that changes in place',
    (table) => table.put(due(100)),
    (table) => table.update(KEY, { set: { n: 1 } }),
    1,
  ],
  [
    'an item that leaves the index',
    (table) => table.put(due(100)),
    (table) => table.update(KEY, { remove: ['dueShard', 'dueAt'] }),
    2,
  ],
];
const countsIndexes = process.env.TOCSIN_TEST_DYNAMODB !== undefined;

const reads: [string, (table: Table) => Promise<unknown>, (table: Table) => Promise<unknown>, number][] = [
  ['nothing found', nothing, (table) => table.get(KEY), 1],
  ['a small item', (table) => table.put(KEY), (table) => table.get(KEY), 1],
  ['an item by 4 KB begun', (table) => table.put({ ...KEY, text: text(5000) }), (table) => table.get(KEY), 2],
  ['a query by the sum of its items', many, (table) => table.query({ pk: 'a' }), 3],
  ['part of a partition', many, (table) => table.query({ pk: 'a', from: '15' }), 2],
];

describe.each(harnesses)('the capacity that $name reports', ({ name, open }) => {
  let harness: DynamoHarness;

  beforeAll(async () => {
    harness = await open();
  });
  afterAll(async () => harness.stop());

  const measure = async (
    before: (table: Table) => Promise<unknown>,
    measured: (table: Table) => Promise<unknown>,
  ) => {
    const consumed: Consumed[] = [];
    const table = await harness.table((units) => void consumed.push(units));
    await before(table);
    consumed.length = 0;
    await measured(table);
    return consumed.reduce(
      (sum, { readUnits, writeUnits }) => ({ read: sum.read + readUnits, write: sum.write + writeUnits }),
      { read: 0, write: 0 },
    );
  };

  it.each(cases)('counts %s', async (_, before, measured, write) => {
    expect(await measure(before, measured)).toEqual({ read: 0, write });
  });

  it.skipIf(name === 'DynamoDB' && !countsIndexes).each(indexCases)(
    'counts %s',
    async (_, before, measured, write) => {
      expect(await measure(before, measured)).toEqual({ read: 0, write });
    },
  );

  it.each(reads)('counts reading of %s', async (_, before, measured, read) => {
    expect(await measure(before, measured)).toEqual({ read, write: 0 });
  });

  it('counts half for the index, read eventually consistent', async () => {
    const measured = await measure(
      (table) => table.put(due(100)),
      (table) => table.due('due#0', 200, 10),
    );
    expect(measured).toEqual({ read: 0.5, write: 0 });
  });

  it('counts a refused write', async () => {
    const present = [[{ attribute: 'pk', is: 'present' as const }]];
    const measured = await measure(nothing, (table) => table.update(KEY, { set: { n: 1 } }, present));
    expect(measured).toEqual({ read: 0, write: 1 });
  });
});

async function nothing(): Promise<void> {}

async function large(table: Table): Promise<void> {
  await table.put({ ...KEY, text: text(1500) });
}

async function many(table: Table): Promise<void> {
  for (let index = 10; index < 20; index++) await table.put({ pk: 'a', sk: String(index), text: text(1000) });
}

function due(at: number) {
  return { ...KEY, dueShard: 'due#0', dueAt: at };
}
