import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolvableAt } from '../../shared/alerts/episode.ts';
import { type CountCondition, judgeCount } from '../../shared/conditions/count.ts';
import type { Run } from '../../shared/conditions/runs.ts';
import { type Slicing, sliceAt, slicingOf } from '../../shared/count/slices.ts';
import { MemoryTable } from '../../shared/memory/table.ts';
import type { Table } from '../../shared/ports.ts';
import { Episodes } from './episodes.ts';
import { countCondition, type Faults, interleaved, Matcher, SERIES } from './matchers.ts';
import { distinct, type Event, holdingSlices, runsOf, slicesOf, trueWindows } from './oracle.ts';

const START = Date.UTC(2026, 10, 21, 2);
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
        await carryOut({ ...given, threshold }, deliveries, episodes);
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
      { numRuns: 250 },
    );
  });
});

type Scenario = typeof scenario extends fc.Arbitrary<infer Given> ? Given : never;

interface Delivery {
  at: number;
  events: Event[];
}

/** What is delivered when: events in batches by their delivery, and again, regrouped, a while later. */
function deliveriesOf(
  events: readonly { at: number; delayed: number; again: boolean }[],
  batchSeconds: number,
  stretch: number,
) {
  const batches = new Map<number, Event[]>();
  const put = (second: number, delivered: Event) => {
    const at = Math.ceil(second / batchSeconds) * batchSeconds;
    batches.set(at, [...(batches.get(at) ?? []), delivered]);
  };
  for (const [index, { at, delayed, again }] of events.entries()) {
    const delivered = { id: `event-${index}`, timestamp: START + at * stretch * 1000 };
    put(at * stretch + delayed, delivered);
    if (again) put(at * stretch + delayed + 7 * (index % 11), delivered);
  }
  return [...batches]
    .sort(([a], [b]) => a - b)
    .map(([second, found]): Delivery => ({ at: START + second * 1000, events: distinct(found) }));
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
        const found = await carryOut({ ...given, threshold }, deliveries);
        const expected = holdingSlices(everything, slicing, threshold);
        expect(sorted(slicesOf(found.claimed, slicing))).toEqual(sorted(expected));
        expect(found.final.map(({ startsAt, endsAt }) => ({ startsAt, endsAt }))).toEqual(
          runsOf(expected, slicing),
        );
        for (const end of trueWindows(everything, withinMs, threshold)) {
          expect(expected.has(sliceAt(end, slicing))).toBe(true);
        }
      }),
      { numRuns: 250 },
    );
  });
});

/** Events in the fullest window of whole slices. */
function fullest(events: readonly Event[], slicing: Slicing): number {
  let most = 0;
  while (holdingSlices(events, slicing, most + 1).size > 0) most++;
  return most;
}

async function carryOut(
  given: Scenario & { threshold: number },
  deliveries: readonly Delivery[],
  episodes?: Episodes,
): Promise<{ claimed: Run[]; final: Run[] }> {
  const { threshold, takes, hot, scheduler } = given;
  const memory = new MemoryTable();
  const time = { now: START, takes, calls: 0 };
  const faults: Faults = new Map(given.faults as [number, 'before' | 'after'][]);
  const table = interleaved(memory, scheduler, time, faults);
  const condition = countCondition(threshold, given.times.withinMs);
  const sizes = { cachedFromBytes: 200, hotFromBytes: hot ? 150 : 1_000_000, hotWritesPerSecond: 0 };
  const matchers = SKEWS_MS.map(
    (skew) => new Matcher(table, () => time.now + skew, condition, sizes, episodes),
  );
  const claimed: Run[] = [];
  const waiting = deliveries[Symbol.iterator]();
  const lanes = matchers.map(async (matcher) => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) {
      await scheduler.schedule(Promise.resolve(), 'delivery');
      time.now = Math.max(time.now, next.value.at);
      claimed.push(...(await matcher.take(next.value.events)));
    }
  });
  let finished = false;
  const evaluator = async () => {
    while (episodes !== undefined && !finished) {
      await scheduler.schedule(Promise.resolve(), 'evaluator');
      await resolveDue(table, condition, episodes, time.now);
    }
  };
  const done = Promise.all(lanes).finally(() => {
    finished = true;
  });
  await scheduler.waitFor(Promise.all([done, evaluator()]));
  const times = deliveries.flatMap(({ events }) => events.map(({ timestamp }) => timestamp));
  const final = await judgeCount(memory, SERIES, condition, Math.min(...times), Math.max(...times));
  return { claimed, final: final.runs };
}

/** The evaluator's part: an alert that may be over is judged again, and ends, or goes on. */
async function resolveDue(
  table: Table,
  condition: CountCondition,
  episodes: Episodes,
  now: number,
): Promise<void> {
  const episode = episodes.dueAt(now);
  if (episode === undefined) return;
  const { heldUntil } = episode;
  const judge = judgeCount(table, SERIES, condition, heldUntil, Math.max(now, heldUntil));
  const found = await judge.catch(() => undefined);
  if (found === undefined || episode.heldUntil !== heldUntil) return;
  const last = found.runs.findLast((run) => run.startsAt <= resolvableAt(episode) && run.endsAt > heldUntil);
  if (last === undefined) episode.alert.status = 'resolved';
  else episode.heldUntil = last.endsAt;
}

function sorted(slices: ReadonlySet<number>): number[] {
  return [...slices].sort((a, b) => a - b);
}
