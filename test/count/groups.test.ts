import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admitGroup, firstToSay, type GroupContext, GroupMemory } from '../../shared/count/groups.ts';
import { MemoryTable } from '../../shared/memory/table.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 21, 2);
const limitOf = (maxGroups: number) => ({ ruleId: 'errors', generation: '01234567', maxGroups });

function contextsOn(table: MemoryTable, count: number, now = NOW): GroupContext[] {
  return Array.from({ length: count }, () => ({ table, groups: new GroupMemory(), clock: () => now }));
}

async function admitted(contexts: GroupContext[], maxGroups: number, groups: readonly string[]) {
  const answers = await Promise.all(
    groups.map((group, index) => {
      const context = contexts[index % contexts.length];
      return context === undefined ? false : admitGroup(context, limitOf(maxGroups), group);
    }),
  );
  return groups.filter((_, index) => answers[index]);
}

describe('the limit of groups', () => {
  it('is exact where it is small, over concurrent functions, and never changes its mind', async () => {
    const given = [
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.integer({ min: 0, max: 20 }).map(String)),
    ] as const;
    await fc.assert(
      fc.asyncProperty(...given, async (maxGroups, groups) => {
        const contexts = contextsOn(new MemoryTable(), 3);
        const first = new Set(await admitted(contexts, maxGroups, groups));
        expect(first.size).toBe(Math.min(maxGroups, new Set(groups).size));
        const again = await admitted(contexts.reverse(), maxGroups, groups);
        expect(new Set(again)).toEqual(first);
      }),
      { numRuns: 100 },
    );
  });

  it('admits at least the limit, and at most half as many again, where it is large', async () => {
    const contexts = contextsOn(new MemoryTable(), 2);
    const groups = Array.from({ length: 30_000 }, (_, index) => `group-${index}`);
    expect(await admitted(contexts, 10_000, groups.slice(0, 10_000))).toHaveLength(10_000);
    const { length } = await admitted(contexts, 10_000, groups);
    expect(length).toBeGreaterThanOrEqual(10_000);
    expect(length).toBeLessThanOrEqual(15_100);
  });

  it('costs nothing for what a function knows, admitted or refused', async () => {
    let calls = 0;
    const contexts = contextsOn(new MemoryTable(() => void calls++), 1);
    const groups = ['a', 'b', 'c'];
    await admitted(contexts, 2, groups);
    const before = calls;
    expect(await admitted(contexts, 2, groups)).toHaveLength(2);
    expect(calls).toBe(before);
  });

  it('begins anew each day', async () => {
    const table = new MemoryTable();
    expect(await admitted(contextsOn(table, 1), 1, ['a', 'b'])).toEqual(['a']);
    expect(await admitted(contextsOn(table, 1, NOW + DAY_MS), 1, ['b', 'a'])).toEqual(['b']);
  });

  it('is said once a day, whoever meets it first', async () => {
    const table = new MemoryTable();
    const said = await Promise.all(contextsOn(table, 3).map((context) => firstToSay(context, limitOf(2))));
    expect(said.filter(Boolean)).toHaveLength(1);
  });
});
