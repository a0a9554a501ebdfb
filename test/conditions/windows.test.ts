import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowQuestion } from '../../shared/conditions/question.ts';
import { judgeWindows } from '../../shared/conditions/windows.ts';
import type { Condition } from '../../shared/config/model.ts';

const SECOND = 1000;
const SPAN = 6;
const FIRST = 100;

function atLeast(threshold: number): Condition {
  const is = { operator: '>=' as const, threshold, unit: 'none' as const, scale: 1, text: '' };
  return { kind: 'distinct', value: { kind: 'json', path: ['v'], text: '$.v' }, is, withinMs: 5 * SECOND };
}

/** Different values by slice, some of them ahead of now. */
const slices = fc.array(fc.record({ slice: fc.nat(25), values: fc.subarray(['a', 'b', 'c', 'd', 'e']) }), {
  maxLength: 8,
});

/** How many different values the window holds that ends with a slice. */
function sizeAt(sets: ReadonlyMap<number, ReadonlySet<string>>, last: number): number {
  const union = new Set<string>();
  for (let slice = last - SPAN + 1; slice <= last; slice++)
    for (const value of sets.get(slice) ?? []) union.add(value);
  return union.size;
}

describe('windows that every write may make hold', () => {
  it('are found as if each were judged by itself, also those ahead of now', async () => {
    await fc.assert(
      fc.asyncProperty(
        slices,
        fc.nat(25),
        fc.nat(10),
        fc.integer({ min: 1, max: 4 }),
        async (filled, from, more, n) => {
          const sets = new Map(filled.map(({ slice, values }) => [FIRST + slice, new Set(values)]));
          const question = windowQuestion(atLeast(n));
          if (question === null) throw new Error('distinct asks about windows');
          const [first, now] = [FIRST + from, FIRST + from + more];
          const fromMs = first * SECOND;
          const read = async (low: number, high: number) =>
            new Map(
              [...sets]
                .filter(([slice]) => slice >= low && slice <= high)
                .map(([slice, set]) => [slice, [set]]),
            );
          const stretch = { fromMs, nowMs: now * SECOND, sinceMs: fromMs, firstAt: 0 };
          const { runs } = await judgeWindows(read, question, stretch);
          const found = runs.flatMap(({ startsAt, endsAt }) => {
            const length = (endsAt - startsAt) / SECOND;
            return Array.from({ length }, (_, index) => startsAt / SECOND + index);
          });
          const windows = Array.from({ length: more + SPAN }, (_, index) => first + index);
          expect(found).toEqual(windows.filter((slice) => sizeAt(sets, slice) >= n));
        },
      ),
      { numRuns: 300 },
    );
  });
});
