import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sliceAt, slicingOf } from '../../shared/count/slices.ts';
import { batched, type Course, carryOut, fullest, START } from './carried-out.ts';
import { Episodes } from './episodes.ts';
import { type Event, holdingSlices, runsOf, slicesOf, trueWindows } from './oracle.ts';

/** Slices of a second, and of so many that what is written into one is told apart by when it was written. */
const TIMES = [
  { withinMs: 60_000, stretch: 1 },
  { withinMs: 1_200_000, stretch: 12 },
];
/** Less than what clocks may differ by. */
const SKEWS_MS = [-2_000, 0, 2_000];

/** An event by when it happened, seconds after the start, and how much later (seconds) it is delivered. */
const event = fc.record({
  at: fc.integer({ min: 0, max: 180 }),
  delayed: fc.oneof(
    { weight: 8, arbitrary: fc.constant(2) },
    { weight: 2, arbitrary: fc.integer({ min: 3, max: 25 }) },
    { weight: 1, arbitrary: fc.integer({ min: 25, max: 120 }) },
  ),
  /** Redelivered in another company. */
  again: fc.boolean(),
});

const scenario = fc.record({
  /** How long windows are, and by how much events are farther apart. */
  times: fc.constantFrom(...TIMES),
  events: fc.array(event, { minLength: 1, maxLength: 70, size: 'max' }),
  batchSeconds: fc.integer({ min: 1, max: 12 }),
  /** Of the fullest window: near what it holds, so that every event decides. */
  below: fc.constantFrom(0, 0, 0, 1, 2, 5),
  takes: fc.array(fc.constantFrom(0, 1, 5, 20, 300, 7_000, 20_000), { minLength: 1, maxLength: 9 }),
  faults: fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.constantFrom('before', 'after')), {
    maxLength: 3,
  }),
  hot: fc.boolean(),
  scheduler: fc.scheduler(),
});

describe('alerts of several matchers and an evaluator', () => {
  it('cover every window that holds, though whoever knows that one fires looks no more', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const { withinMs, stretch } = given.times;
        const slicing = slicingOf(withinMs);
        const deliveries = deliveriesOf(given.events, given.batchSeconds, stretch);
        const everything = deliveries.flatMap(({ events }) => events);
        const threshold = Math.max(2, Math.ceil(fullest(everything, slicing) / (1 + given.below)));
        const episodes = new Episodes();
        await carryOut(courseOf(given, threshold), deliveries, episodes);
        const expected = runsOf(holdingSlices(everything, slicing, threshold), slicing);
        for (const { startsAt, endsAt } of expected) {
          const told = episodes.all.some(
            (episode) => episode.alert.startsAt < endsAt && episode.heldUntil > startsAt,
          );
          expect(told).toBe(true);
        }
        for (const { alert } of episodes.all) {
          expect(expected.some((run) => run.startsAt <= alert.startsAt && alert.startsAt < run.endsAt)).toBe(
            true,
          );
        }
      }),
      { numRuns: 80 },
    );
  });
});

type Scenario = typeof scenario extends fc.Arbitrary<infer Given> ? Given : never;

/** What is delivered when: events in batches by their delivery, and again, regrouped, a while later. */
function deliveriesOf(
  events: readonly { at: number; delayed: number; again: boolean }[],
  batchSeconds: number,
  stretch: number,
) {
  const deliveries: { second: number; event: Event }[] = [];
  const put = (second: number, event: Event) =>
    deliveries.push({ second: Math.ceil(second / batchSeconds) * batchSeconds, event });
  for (const [index, { at, delayed, again }] of events.entries()) {
    const delivered = { id: `event-${index}`, timestamp: START + at * stretch * 1000 };
    put(at * stretch + delayed, delivered);
    if (again) put(at * stretch + delayed + 7 * (index % 11), delivered);
  }
  return batched(deliveries);
}

/** The course that a scenario takes with a threshold. */
function courseOf({ times, takes, faults, hot, scheduler }: Scenario, threshold: number): Course {
  const sizes = { cachedFromBytes: 200, hotFromBytes: hot ? 150 : 1_000_000, hotWritesPerSecond: 0 };
  const found = new Map(faults as [number, 'before' | 'after'][]);
  return { withinMs: times.withinMs, threshold, skews: SKEWS_MS, takes, faults: found, sizes, scheduler };
}

describe('counting and judging by several matchers at once', () => {
  it('finds every window that holds, and none that does not hold with a slice more', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const { withinMs, stretch } = given.times;
        const slicing = slicingOf(withinMs);
        const deliveries = deliveriesOf(given.events, given.batchSeconds, stretch);
        const everything = deliveries.flatMap(({ events }) => events);
        const threshold = Math.max(2, fullest(everything, slicing) - given.below);
        const found = await carryOut(courseOf(given, threshold), deliveries);
        const expected = holdingSlices(everything, slicing, threshold);
        expect(sorted(slicesOf(found.claimed, slicing))).toEqual(sorted(expected));
        expect(found.final.map(({ startsAt, endsAt }) => ({ startsAt, endsAt }))).toEqual(
          runsOf(expected, slicing),
        );
        for (const end of trueWindows(everything, withinMs, threshold)) {
          expect(expected.has(sliceAt(end, slicing))).toBe(true);
        }
      }),
      { numRuns: 80 },
    );
  });
});

function sorted(slices: ReadonlySet<number>): number[] {
  return [...slices].sort((a, b) => a - b);
}
