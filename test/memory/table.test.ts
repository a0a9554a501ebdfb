import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DUE_ATTRIBUTES, dueAt, nextDueAt } from '../../shared/due.ts';
import { MemoryTable } from '../../shared/memory/table.ts';

const step = fc.record({
  sk: fc.constantFrom('a', 'b', 'c', 'd'),
  at: fc.option(fc.nat(9)),
  gone: fc.boolean(),
});

describe('the table in memory', () => {
  it('knows when the first item falls due, as its index does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step), async (steps) => {
        const table = new MemoryTable();
        for (const { sk, at, gone } of steps) {
          const key = { pk: 'p', sk };
          if (gone) await table.delete(key);
          else await table.update(key, at === null ? { remove: DUE_ATTRIBUTES } : { set: dueAt(key, at) });
          expect(table.earliestDueAt()).toBe(await nextDueAt(table));
        }
      }),
    );
  });
});
