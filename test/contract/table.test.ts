import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Table } from '../../shared/ports.ts';
import type { DynamoHarness } from './dynamo.ts';
import { harnesses } from './harnesses.ts';

describe.each(harnesses)('the Table port on $name', ({ open }) => {
  let harness: DynamoHarness;
  let table: Table;

  beforeAll(async () => {
    harness = await open();
  });
  afterAll(async () => harness.stop());
  beforeEach(async () => {
    table = await harness.table();
  });

  it('gives back what was put, sets and nested values included', async () => {
    const item = {
      pk: 'a',
      sk: 'b',
      n: 1.5,
      list: [1, 'x', null, true],
      map: { deep: { er: 'v' } },
      set: new Set(['p', 'q']),
    };
    expect(await table.put(item)).toBe(true);
    expect(await table.get({ pk: 'a', sk: 'b' })).toEqual(item);
    expect(await table.get({ pk: 'a', sk: 'other' })).toBeUndefined();
  });

  it('creates an item by an update and returns the whole of it', async () => {
    const change = { set: { name: 'first' }, add: { hits: 2, ids: new Set(['x']) } };
    expect(await table.update({ pk: 'a', sk: '1' }, change)).toEqual({
      pk: 'a',
      sk: '1',
      name: 'first',
      hits: 2,
      ids: new Set(['x']),
    });
    const again = { add: { hits: 3, ids: new Set(['x', 'y']) }, remove: ['name'] };
    expect(await table.update({ pk: 'a', sk: '1' }, again)).toEqual({
      pk: 'a',
      sk: '1',
      hits: 5,
      ids: new Set(['x', 'y']),
    });
  });

  it('changes nothing where the condition does not hold', async () => {
    const key = { pk: 'a', sk: '1' };
    const once = [[{ attribute: 'batches', is: 'lacks' as const, value: 'b1' }]];
    const add = { add: { hits: 1, batches: new Set(['b1']) } };
    expect(await table.update(key, add, once)).toMatchObject({ hits: 1 });
    expect(await table.update(key, add, once)).toBeUndefined();
    expect(await table.get(key)).toMatchObject({ hits: 1 });
  });

  it.each([
    [[[{ attribute: 'seq', is: 'absent' }]], false],
    [[[{ attribute: 'seq', is: 'present' }]], true],
    [[[{ attribute: 'other', is: 'absent' }]], true],
    [[[{ attribute: 'seq', is: '=', value: 3 }]], true],
    [[[{ attribute: 'seq', is: '<', value: 3 }]], false],
    [[[{ attribute: 'seq', is: '<=', value: 3 }]], true],
    [[[{ attribute: 'seq', is: '>', value: 2 }]], true],
    [[[{ attribute: 'seq', is: '>=', value: 4 }]], false],
    [[[{ attribute: 'seq', is: '!=', value: 4 }]], true],
    [[[{ attribute: 'other', is: '!=', value: 4 }]], true],
    [[[{ attribute: 'other', is: '<', value: 4 }]], false],
    [[[{ attribute: 'tags', is: 'contains', value: 't' }]], true],
    [[[{ attribute: 'tags', is: 'lacks', value: 't' }]], false],
    [
      [
        [
          { attribute: 'name', is: '=', value: 'x' },
          { attribute: 'seq', is: '=', value: 3 },
        ],
      ],
      false,
    ],
    [[[{ attribute: 'name', is: '=', value: 'x' }], [{ attribute: 'seq', is: '=', value: 3 }]], true],
  ] as const)('judges the condition %j as %s', async (condition, expected) => {
    await table.put({ pk: 'a', sk: '1', seq: 3, name: 'n', tags: new Set(['t']) });
    const mutable = condition.map((all) => [...all]);
    expect((await table.update({ pk: 'a', sk: '1' }, { set: { done: true } }, mutable)) !== undefined).toBe(
      expected,
    );
    expect(await table.delete({ pk: 'a', sk: '1' }, mutable)).toBe(expected);
  });

  it('puts an item only where the condition holds', async () => {
    const absent = [[{ attribute: 'pk', is: 'absent' as const }]];
    expect(await table.put({ pk: 'a', sk: '1', v: 1 }, absent)).toBe(true);
    expect(await table.put({ pk: 'a', sk: '1', v: 2 }, absent)).toBe(false);
    expect(await table.get({ pk: 'a', sk: '1' })).toMatchObject({ v: 1 });
  });

  it('queries one partition by an inclusive range in order', async () => {
    for (const sk of ['3', '1', '2', '4']) await table.put({ pk: 'a', sk });
    await table.put({ pk: 'b', sk: '2' });
    const sks = async (query: object) => (await table.query({ pk: 'a', ...query })).map(({ sk }) => sk);
    expect(await sks({})).toEqual(['1', '2', '3', '4']);
    expect(await sks({ from: '2', to: '3' })).toEqual(['2', '3']);
    expect(await sks({ from: '3' })).toEqual(['3', '4']);
    expect(await sks({ to: '2' })).toEqual(['1', '2']);
    expect(await sks({ descending: true, limit: 2 })).toEqual(['4', '3']);
  });

  it('lists what is due, earliest first, and only while it carries the attributes', async () => {
    await table.put({ pk: 'a', sk: '1', dueShard: 'due#0', dueAt: 200 });
    await table.put({ pk: 'a', sk: '2', dueShard: 'due#0', dueAt: 100 });
    await table.put({ pk: 'a', sk: '3', dueShard: 'due#1', dueAt: 100 });
    await table.put({ pk: 'a', sk: '4', dueShard: 'due#0', dueAt: 300 });
    expect(await table.due('due#0', 200, 10)).toEqual([
      { pk: 'a', sk: '2', dueAt: 100 },
      { pk: 'a', sk: '1', dueAt: 200 },
    ]);
    expect(await table.due('due#0', 200, 1)).toEqual([{ pk: 'a', sk: '2', dueAt: 100 }]);
    await table.update({ pk: 'a', sk: '2' }, { remove: ['dueShard', 'dueAt'] });
    expect(await table.due('due#0', 200, 10)).toEqual([{ pk: 'a', sk: '1', dueAt: 200 }]);
  });

  it('scans everything', async () => {
    for (const sk of ['1', '2']) await table.put({ pk: 'a', sk });
    expect((await table.scan()).map(({ sk }) => sk).sort()).toEqual(['1', '2']);
  });
});
