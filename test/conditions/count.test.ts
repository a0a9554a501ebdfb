import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeSlices } from '../../shared/conditions/count.ts';
import { sliceAt, slicingOf } from '../../shared/count/slices.ts';
import type { Counts } from '../../shared/count/store.ts';
import { countCondition } from './matchers.ts';
import { type Event, holdingSlices, runsOf, trueWindows } from './oracle.ts';

const START = Date.UTC(2026, 10, 21, 2);
const WITHIN_MS = 60_000;
const SLICING = slicingOf(WITHIN_MS);

function countsOf(events: readonly Event[]): Counts {
  const counts: Counts = new Map();
  for (const { timestamp } of events) {
    const slice = sliceAt(timestamp, SLICING);
    counts.set(slice, (counts.get(slice) ?? 0) + 1);
  }
  return counts;
}

/** Reads as the store does, and remembers how much. */
function reader(counts: Counts) {
  const ranges: number[] = [];
  const read = async (from: number, to: number): Promise<Counts> => {
    ranges.push(to - from + 1);
    return new Map([...counts].filter(([slice]) => slice >= from && slice <= to));
  };
  return { read, ranges };
}

const events = fc
  .array(fc.integer({ min: 0, max: 1_500_000 }), { minLength: 1, maxLength: 120 })
  .map((times) => times.map((time, index): Event => ({ id: String(index), timestamp: START + time })));

describe('judging counts', () => {
  it('finds the runs that the truth has, over any stretch of time', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.integer({ min: 1, max: 10 }), async (given, threshold) => {
        const times = given.map(({ timestamp }) => timestamp);
        const { read } = reader(countsOf(given));
        const condition = countCondition(threshold, WITHIN_MS);
        const { runs } = await judgeSlices(read, condition, Math.min(...times), Math.max(...times));
        const expected = runsOf(holdingSlices(given, SLICING, threshold), SLICING);
        expect(runs.map(({ startsAt, endsAt }) => ({ startsAt, endsAt }))).toEqual(expected);
        for (const end of trueWindows(given, WITHIN_MS, threshold)) {
          expect(runs.some(({ startsAt, endsAt }) => startsAt <= end && end < endsAt)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('finds the true start of a run, wherever it is asked', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.integer({ min: 1, max: 4 }), async (given, threshold) => {
        const { read } = reader(countsOf(given));
        const condition = countCondition(threshold, WITHIN_MS);
        const expected = runsOf(holdingSlices(given, SLICING, threshold), SLICING);
        for (const { timestamp } of given) {
          const { runs } = await judgeSlices(read, condition, timestamp, timestamp);
          const [run] = runs;
          if (run !== undefined) expect(expected.map(({ startsAt }) => startsAt)).toContain(run.startsAt);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('reads a long stretch in pieces, and joins what goes on from one to the next', async () => {
    const hours = Array.from({ length: 6 * 360 }, (_, index) => START + index * 10_000);
    const given = hours.map((timestamp, index) => ({ id: String(index), timestamp }));
    const { read, ranges } = reader(countsOf(given));
    const { runs, chart } = await judgeSlices(read, countCondition(3, WITHIN_MS), START, hours.at(-1) ?? 0);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ startsAt: START + 20_000, peak: 7 });
    expect(Math.max(...ranges)).toBeLessThan(10 * SLICING.windowSlices);
    expect(chart().length).toBeLessThanOrEqual(3 * SLICING.windowSlices);
  });

  it('follows a run back no further than it is known to hold', async () => {
    const given = Array.from({ length: 3_600 }, (_, index) => ({
      id: String(index),
      timestamp: START + index * 1_000,
    }));
    const last = given.at(-1)?.timestamp ?? 0;
    const { read, ranges } = reader(countsOf(given));
    const condition = countCondition(3, WITHIN_MS);
    const { runs } = await judgeSlices(read, condition, last, last, last - 90_000);
    expect(runs[0]?.startsAt).toBeLessThanOrEqual(last - 90_000);
    expect(ranges.length).toBeLessThanOrEqual(3);
  });
});
