/**
 * While functions announce what they write instead of reading it (`conditions/live.ts`), the loss of one announcement,
 * or a bound that is lower by one, loses an alert; but only where that one decides. So each mechanism has a course of
 * events here in which it does, and the property's events lie near the edges of windows.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slicingOf } from '../../shared/count/slices.ts';
import { MemoryTable } from '../../shared/memory/table.ts';
import type { Item, Query } from '../../shared/ports.ts';
import { batched, type Course, carryOut, fullest, START } from './carried-out.ts';
import { Episodes } from './episodes.ts';
import { countCondition, Matcher } from './matchers.ts';
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
  skews: fc.constantFrom<number[][]>([0], [0, 0], [0, -2_000, 2_000]),
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
      { numRuns: 60 },
    );
  });

  it('covers every window that holds, also where those who know of an alert announce nothing', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, fc.integer({ min: 2, max: 4 }), async (drawn, threshold) => {
        const given: Scenario = { ...drawn, skews: [-2_000, 2_000] };
        const episodes = new Episodes();
        await carryOut(courseOf(given, threshold), deliveriesOf(given), episodes);
        for (const { startsAt, endsAt } of runsOf(truth(given, threshold), SLICING)) {
          const told = episodes.all.some(
            (episode) => episode.alert.startsAt < endsAt && episode.heldUntil > startsAt,
          );
          expect(told).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});

class InterruptedTable extends MemoryTable {
  /** Happens once, after the next query. */
  meanwhile = async () => {};

  override async query(query: Query): Promise<Item[]> {
    const found = await super.query(query);
    const { meanwhile } = this;
    this.meanwhile = async () => {};
    await meanwhile();
    return found;
  }
}

/** Two functions, one after the other; seconds are counted from the start. */
class Two {
  readonly table = new InterruptedTable();
  readonly first: Matcher;
  readonly second: Matcher;
  readonly episodes = new Episodes();
  #now = START;
  #events = 0;

  constructor(threshold: number, { hotFromBytes = 1, apartMs = 0 } = {}) {
    const sizes = { cachedFromBytes: 1, hotFromBytes, hotWritesPerSecond: 0 };
    const condition = countCondition(threshold, WITHIN_MS);
    const matcher = (skew: number) =>
      new Matcher(this.table, () => this.#now + skew, condition, sizes, this.episodes);
    this.first = matcher(apartMs / 2);
    this.second = matcher(-apartMs / 2);
  }

  /** Whether a function finds that the condition holds, when it takes events of these seconds. */
  async finds(matcher: Matcher, second: number, ...seconds: number[]): Promise<boolean> {
    this.#now = START + second * 1000;
    const events = seconds.map((at) => ({ id: `${this.#events++}`, timestamp: START + at * 1000 }));
    return (await matcher.take(events)).length > 0;
  }
}

const ten = (second: number): number[] => Array(10).fill(second);

describe('the bound that announcements give', () => {
  it('is reached by the event that reaches the threshold', async () => {
    const two = new Two(3);
    expect(await two.finds(two.first, 0, 0)).toBe(false);
    expect(await two.finds(two.first, 0, 0)).toBe(false);
    expect(await two.finds(two.first, 1, 1)).toBe(true);
  });

  it('counts the first of the windows that it is about', async () => {
    const two = new Two(4);
    await two.finds(two.first, 0, 0, 0);
    await two.finds(two.first, 65, 65);
    expect(await two.finds(two.first, 65, 60, 60)).toBe(true);
  });

  it('says nothing of the window before the first', async () => {
    const two = new Two(4);
    await two.finds(two.first, 0, 0, 0);
    await two.finds(two.first, 66, 66);
    expect(await two.finds(two.first, 66, 60, 60)).toBe(true);
  });

  it('says nothing once its period is over: what came between two was not announced', async () => {
    const two = new Two(92, { hotFromBytes: 600 });
    for (const second of [0, 1, 2, 3, 4]) await two.finds(two.first, second, ...ten(second));
    await two.finds(two.second, 30, 30);
    for (const second of [31, 32, 33, 34]) {
      expect(await two.finds(two.second, second, ...ten(second))).toBe(false);
    }
    expect(await two.finds(two.first, 40, 40)).toBe(true);
  });

  it('counts what another function had to write a whole window late', async () => {
    const two = new Two(4);
    await two.finds(two.first, 0, 0);
    await two.finds(two.first, 1, 1);
    expect(await two.finds(two.second, 62, -1)).toBe(false);
    expect(await two.finds(two.first, 62, 2)).toBe(true);
  });

  it('is nothing that another could rely on before it announced: it reads again afterwards', async () => {
    const two = new Two(4);
    await two.finds(two.first, 0, 0);
    await two.finds(two.first, 0, 0);
    two.table.meanwhile = async () => expect(await two.finds(two.first, 1, 1)).toBe(false);
    expect(await two.finds(two.second, 1, 1)).toBe(true);
  });

  it('is not taken while a function with a slower clock may believe that the alert fires, and be silent', async () => {
    const two = new Two(4, { apartMs: 4_000 });
    expect(await two.finds(two.second, 0, 0, 0, 0, 0)).toBe(true);
    await two.finds(two.first, 61, 61);
    await two.finds(two.first, 61, 61);
    expect(await two.finds(two.second, 62, 60)).toBe(false);
    if (two.episodes.latest !== undefined) two.episodes.latest.alert.status = 'resolved';
    expect(await two.finds(two.first, 100, 100)).toBe(true);
  });
});
