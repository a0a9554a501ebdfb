import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Table } from '../../shared/ports.ts';
import { faulty, numbersFrom } from './faulty.ts';
import { END, lateLifeOf, lifeOf, type Made } from './lives.ts';
import { episodes, type Holds, type Seen, stretches, type Truth } from './timed-oracle.ts';
import { type Delivery, live, START } from './world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const RUNS = 24;

interface Question {
  name: string;
  rule: Record<string, unknown>;
  sliceMs: number;
  holds: Holds;
  forMs?: number;
  keepFiringMs?: number;
  /** Windows count from the rule's beginning on, whatever was heard. */
  isWatched?: boolean;
}

const matches = (events: readonly Seen[]) => events.filter(({ matched }) => matched);
const numbers = (events: readonly Seen[]) => matches(events).map(({ value }) => Number(value));
const MATCH = '{ $.matched IS TRUE }';

const QUESTIONS: Question[] = [
  {
    name: 'ratio',
    rule: { match: MATCH, when: { ratio: '> 40%', within: '1m', atLeast: 10 } },
    sliceMs: SECOND,
    holds: (inWindow, end) => {
      const all = inWindow(end - MINUTE, end);
      return all.length >= 10 && matches(all).length / all.length > 0.4;
    },
  },
  {
    name: 'ratio with for and keepFiring',
    rule: { match: MATCH, when: { ratio: '>= 50%', within: '30s' }, for: '20s', keepFiring: '1m' },
    sliceMs: SECOND,
    forMs: 20 * SECOND,
    keepFiringMs: MINUTE,
    holds: (inWindow, end) => {
      const all = inWindow(end - 30 * SECOND, end);
      return all.length > 0 && matches(all).length / all.length >= 0.5;
    },
  },
  {
    name: 'the average of a value',
    rule: { match: MATCH, when: { value: '$.value', stat: 'avg', is: '> 15', within: '2m', atLeast: 3 } },
    sliceMs: 2 * SECOND,
    holds: (inWindow, end) => {
      const found = numbers(inWindow(end - 2 * MINUTE, end));
      return found.length >= 3 && found.reduce((sum, value) => sum + value, 0) / found.length > 15;
    },
  },
  {
    name: 'the sum of a value, too small',
    rule: { match: MATCH, when: { value: '$.value', stat: 'sum', is: '< 40', within: '1m' } },
    sliceMs: SECOND,
    holds: (inWindow, end) => {
      const found = numbers(inWindow(end - MINUTE, end));
      return found.length > 0 && found.reduce((sum, value) => sum + value, 0) < 40;
    },
  },
  {
    // Between two whole numbers, both further off than the sketch may be.
    name: 'a percentile of a value',
    rule: { match: MATCH, when: { value: '$.value', stat: 'p95', is: '> 20.5', within: '1m', atLeast: 3 } },
    sliceMs: SECOND,
    holds: (inWindow, end) => {
      const found = numbers(inWindow(end - MINUTE, end)).sort((a, b) => a - b);
      return found.length >= 3 && (found[Math.ceil(0.95 * found.length) - 1] ?? 0) > 20.5;
    },
  },
  {
    name: 'too few matches',
    rule: { match: MATCH, when: { count: '< 3', within: '1m' } },
    sliceMs: SECOND,
    isWatched: true,
    holds: (inWindow, end) => matches(inWindow(end - MINUTE, end)).length < 3,
  },
  {
    name: 'few different values',
    rule: { match: MATCH, when: { distinct: '$.value', is: '== 3', within: '1m' } },
    sliceMs: SECOND,
    holds: (inWindow, end) => new Set(numbers(inWindow(end - MINUTE, end))).size === 3,
  },
  {
    name: 'spike',
    rule: { match: MATCH, when: { spike: '>= 2x', within: '1m', atLeast: 5 } },
    sliceMs: SECOND,
    holds: (inWindow, end) => {
      const [now, before] = [
        matches(inWindow(end - MINUTE, end)).length,
        matches(inWindow(end - 2 * MINUTE, end - MINUTE)).length,
      ];
      return before >= 1 && now >= 5 && now / before >= 2;
    },
  },
];

/** What still holds at the end is known to hold as far as the last look went. */
function untilJudged({ startsAt, heldUntil }: Truth): Truth {
  return { startsAt, heldUntil: Math.min(heldUntil, END - 2 * MINUTE) };
}

describe.each(QUESTIONS)('$name', ({ rule, sliceMs, holds, name, ...asked }) => {
  const { forMs = 0, keepFiringMs = 0, isWatched = false } = asked;
  /** Windows that end before the series was first heard of, or two windows after that, say nothing. */
  const truthOf = (events: readonly Made[]) => {
    if (isWatched) return episodes(stretches(events, sliceMs, START + MINUTE, END - MINUTE, holds));
    const heard = events.filter(({ matched }) => matched || name.startsWith('ratio')).map(({ at }) => at);
    if (heard.length === 0) return [];
    const first = Math.min(...heard) + (name === 'spike' ? 2 * MINUTE : 0);
    const held = stretches(events, sliceMs, first, END - MINUTE, holds);
    return episodes(held, { keepFiringMs, forMs, sliceMs });
  };

  it('is answered as by someone who sees all events at once', async () => {
    await fc.assert(
      fc.asyncProperty(lifeOf, fc.constantFrom(2, 7, 60), async ({ events, deliveries }, everyS) => {
        const lived = await live(rule, deliveries, END, everyS * SECOND);
        expect(lived.map(untilJudged)).toEqual(truthOf(events).map(untilJudged));
      }),
      { numRuns: RUNS },
    );
  });

  it('is answered the same where every tenth call fails, before or after its effect', async () => {
    await fc.assert(
      fc.asyncProperty(lifeOf, fc.integer(), async ({ events, deliveries }, seed) => {
        const trouble = (table: Table) => faulty(table, numbersFrom(seed), 0.1);
        const lived = await live(rule, deliveries, END, 7 * SECOND, trouble);
        expect(lived.map(untilJudged)).toEqual(truthOf(events).map(untilJudged));
      }),
      { numRuns: RUNS / 2 },
    );
  });
});

/** Judged with every write, over windows that may be a slice longer than asked. */
const EARLY: Question[] = [
  {
    name: 'the largest value',
    rule: { match: MATCH, when: { value: '$.value', stat: 'max', is: '> 30', within: '1m' } },
    sliceMs: SECOND,
    holds: (inWindow, end) => numbers(inWindow(end - 61 * SECOND, end)).some((value) => value > 30),
  },
  {
    name: 'the smallest value of several',
    rule: { match: MATCH, when: { value: '$.value', stat: 'min', is: '<= 2', within: '2m', atLeast: 6 } },
    sliceMs: 2 * SECOND,
    holds: (inWindow, end) => {
      const found = numbers(inWindow(end - 122 * SECOND, end));
      return found.length >= 6 && Math.min(...found) <= 2;
    },
  },
  {
    name: 'many different values',
    rule: { match: MATCH, when: { distinct: '$.value', is: '>= 9', within: '1m' } },
    sliceMs: SECOND,
    holds: (inWindow, end) => new Set(numbers(inWindow(end - 61 * SECOND, end))).size >= 9,
  },
  {
    name: 'a list of counts',
    rule: {
      match: MATCH,
      when: [
        { severity: 'critical', count: 30, within: '1m' },
        { severity: 'warning', count: 8, within: '1m' },
      ],
    },
    sliceMs: SECOND,
    holds: (inWindow, end) => matches(inWindow(end - 61 * SECOND, end)).length >= 8,
  },
];

describe.each(EARLY)('$name', ({ rule, sliceMs, holds }) => {
  it('is told of every window that holds, and of none that does not with a slice more', async () => {
    await fc.assert(
      fc.asyncProperty(lifeOf, fc.constantFrom(2, 60), async ({ events, deliveries }, everyS) => {
        const found = stretches(events, sliceMs, START, END - MINUTE, holds).map(
          // What is judged with every write holds from the slice on in which its window ends.
          ({ startsAt, heldUntil }) => ({ startsAt: startsAt - sliceMs, heldUntil: heldUntil - sliceMs }),
        );
        const lived = await live(rule, deliveries, END, everyS * SECOND);
        // Where one episode ends and the next begins may hang on who comes in the last seconds of the wait.
        for (const [these, those] of [
          [found, lived],
          [lived, found],
        ] as const) {
          for (const { startsAt, heldUntil } of these) {
            const isMet = those.some((one) => one.startsAt <= heldUntil && one.heldUntil >= startsAt);
            expect(isMet, `${startsAt - START} to ${heldUntil - START} ms`).toBe(true);
          }
        }
        expect(lived.map(({ heldUntil }) => heldUntil)).toEqual(
          expect.arrayContaining(episodes(found).map(({ heldUntil }) => heldUntil)),
        );
      }),
      { numRuns: RUNS },
    );
  });
});

function at(seconds: number, value = 1): Delivery {
  const timestamp = START + seconds * SECOND;
  const message = JSON.stringify({ matched: true, value });
  return { at: timestamp, logStream: 's', events: [{ id: `e${seconds}`, timestamp, message }] };
}

describe('the first window', () => {
  const lifeOfRule = async (when: Record<string, unknown>) =>
    (
      await live(
        { match: MATCH, when },
        [0, 10, 20].map((seconds) => at(seconds, seconds)),
        END,
        SECOND,
      )
    ).map(({ startsAt, heldUntil }) => [(startsAt - START) / SECOND, (heldUntil - START) / SECOND]);

  it('tells of a number that is there, though the window is not yet full', async () => {
    expect(await lifeOfRule({ count: '== 3', within: '1m' })).toEqual([[21, 61]]);
    expect(await lifeOfRule({ distinct: '$.value', is: '== 3', within: '1m' })).toEqual([[21, 61]]);
  });

  it('is no proof of what lacks in it before it was watched whole', async () => {
    const [first] = await lifeOfRule({ count: '< 3', within: '1m' });
    expect(first?.[0]).toBe(61);
    expect(await lifeOfRule({ distinct: '$.value', is: '< 3', within: '1m' })).toEqual([first]);
  });
});

describe('an alert that nobody came to resolve before the next breach', () => {
  it.each([
    ['one condition', { count: 2, within: '1m' }],
    ['a list of conditions', [{ severity: 'critical', count: 2, within: '1m' }]],
    ['some at a time', { value: '$.value', stat: 'max', is: '>= 1', within: '1m', atLeast: 2 }],
  ])('ends where the last of its events left it: %s', async (_, when) => {
    const deliveries = [0, 1, 3, 96, 97].map((seconds) => at(seconds));
    const lived = await live({ match: MATCH, when }, deliveries, END, 10 * MINUTE);
    const [first] = lived;
    // The window of 61 slices behind the events at 1 and 3 s.
    expect(first?.heldUntil).toBe(START + 62 * SECOND);
  });
});

describe('windows of long slices', () => {
  const once: Delivery = {
    at: START + 1_000,
    logStream: 's',
    events: [{ id: 'e', timestamp: START + 500, message: JSON.stringify({ matched: true, value: 1 }) }],
  };
  const standing = async (rule: Record<string, unknown>, untilS: number) => {
    const lived = await live({ match: MATCH, ...rule }, [once], START + untilS * SECOND);
    return lived.map(({ status }) => status);
  };

  it('end on the second, not with the slice', async () => {
    const when = { value: '$.value', stat: 'max', is: '>= 1', within: '6h' };
    const [endsS, waitS] = [6 * 3_600 + 360, 30];
    expect(await standing({ when }, endsS + waitS - 5)).toEqual(['firing']);
    expect(await standing({ when }, endsS + waitS + 15)).toEqual(['resolved']);
  });

  it('have held for some time as soon as they have', async () => {
    const rule = { when: { count: 1, within: '1d' }, for: '10m' };
    expect(await standing(rule, 595)).toEqual([]);
    expect(await standing(rule, 610)).toEqual(['firing']);
  });
});

/** What more events can only make hold: with others, what seemed to hold before the last came in may be all that is told. */
const GROWING: Question[] = [
  {
    name: 'the sum of a value, too large',
    rule: { match: MATCH, when: { value: '$.value', stat: 'sum', is: '> 150', within: '1m' } },
    sliceMs: SECOND,
    holds: (inWindow, end) =>
      numbers(inWindow(end - MINUTE, end)).reduce((sum, value) => sum + value, 0) > 150,
  },
  {
    name: 'the sum of a value with for and keepFiring',
    rule: {
      match: MATCH,
      when: { value: '$.value', stat: 'sum', is: '> 100', within: '30s' },
      for: '10s',
      keepFiring: '1m',
    },
    sliceMs: SECOND,
    forMs: 10 * SECOND,
    keepFiringMs: MINUTE,
    holds: (inWindow, end) =>
      numbers(inWindow(end - 30 * SECOND, end)).reduce((sum, value) => sum + value, 0) > 100,
  },
];

describe.each(GROWING)('$name', ({ rule, sliceMs, holds, forMs = 0, keepFiringMs = 0 }) => {
  it('loses nothing that comes late, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(lateLifeOf, fc.constantFrom(2, 60), async ({ events, deliveries }, everyS) => {
        const heard = events.filter(({ matched }) => matched);
        if (heard.length === 0) return;
        const first = Math.min(...heard.map(({ at }) => at));
        const truth = stretches(events, sliceMs, first, END - MINUTE, holds);
        const lived = await live(rule, deliveries, END, everyS * SECOND);
        // What would have been one episode, had it come in time, may join what was told of it.
        for (const { startsAt, heldUntil } of episodes(truth, { keepFiringMs, forMs, sliceMs })) {
          const told = lived.some((one) => one.startsAt <= heldUntil && one.heldUntil >= startsAt);
          expect(told, `${startsAt - START} to ${heldUntil - START} ms`).toBe(true);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
