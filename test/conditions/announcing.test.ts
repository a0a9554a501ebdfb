/**
 * While functions announce what they write instead of reading it (`conditions/live.ts`), the loss of one announcement,
 * or a bound that is lower by one, loses an alert; but only where that one decides. So all that happens lies near the
 * edges of windows, everything announces, and a threshold is reached by one event.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slicingOf } from '../../shared/count/slices.ts';
import { batched, type Course, carryOut, fullest, START } from './carried-out.ts';
import { Episodes } from './episodes.ts';
import { holdingSlices, runsOf, slicesOf } from './oracle.ts';

const WITHIN_MS = 60_000;
const SLICING = slicingOf(WITHIN_MS);

/** Seconds at which windows begin and end, for each other. */
const EDGES = [0, 1, 2, 59, 60, 61, 64, 65, 66];

const batch = fc.record({
  at: fc.constantFrom(...EDGES),
  /** How much later (seconds) it is delivered. */
  delayed: fc.constantFrom(0, 0, 0, 1, 5, 6, 25, 61),
  events: fc.integer({ min: 1, max: 2 }),
});

const scenario = fc.record({
  batches: fc.array(batch, { minLength: 2, maxLength: 14, size: 'max' }),
  below: fc.constantFrom(0, 0, 1),
  skews: fc.constantFrom([0], [0, 0], [0, -2_000, 2_000]),
  takes: fc.constantFrom([0], [0, 300], [1, 4_000, 0]),
  /** Announcing once on lasts, or ends where nothing much is open. */
  hotFromBytes: fc.constantFrom(1, 500),
  scheduler: fc.scheduler(),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer Given> ? Given : never;

function deliveriesOf({ batches }: Scenario) {
  return batched(
    batches.flatMap(({ at, delayed, events }, index) =>
      Array.from({ length: events }, (_, place) => ({
        second: at + delayed,
        event: { id: `${index}-${place}`, timestamp: START + at * 1000 },
      })),
    ),
  );
}

function courseOf({ skews, takes, hotFromBytes, scheduler }: Scenario, threshold: number): Course {
  const sizes = { cachedFromBytes: 1, hotFromBytes, hotWritesPerSecond: 0 };
  return { withinMs: WITHIN_MS, threshold, skews, takes, faults: new Map(), sizes, scheduler };
}

function thresholdOf(given: Scenario): number {
  const everything = deliveriesOf(given).flatMap(({ events }) => events);
  return Math.max(2, fullest(everything, SLICING) - given.below);
}

function truth(given: Scenario, threshold: number) {
  return holdingSlices(
    deliveriesOf(given).flatMap(({ events }) => events),
    SLICING,
    threshold,
  );
}

describe('announcing instead of reading', () => {
  it('finds every window that holds', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const threshold = thresholdOf(given);
        const { claimed } = await carryOut(courseOf(given, threshold), deliveriesOf(given));
        const found = [...slicesOf(claimed, SLICING)].sort((a, b) => a - b);
        expect(found).toEqual([...truth(given, threshold)].sort((a, b) => a - b));
      }),
      { numRuns: 400 },
    );
  });

  it('covers every window that holds, also where those who know of an alert announce nothing', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const threshold = thresholdOf(given);
        const episodes = new Episodes();
        await carryOut(courseOf(given, threshold), deliveriesOf(given), episodes);
        for (const { startsAt, endsAt } of runsOf(truth(given, threshold), SLICING)) {
          const told = episodes.all.some(
            (episode) => episode.alert.startsAt < endsAt && episode.heldUntil > startsAt,
          );
          expect(told).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });
});
