import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Table } from '../../shared/ports.ts';
import { faulty, numbersFrom } from './faulty.ts';
import { END, lifeOf } from './lives.ts';
import { episodes, type Holds, type Seen, stretches } from './timed-oracle.ts';
import { live, START } from './world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const RUNS = 16;

interface Asked {
  name: string;
  rule: Record<string, unknown>;
  withinMs: number;
  baselineMs: number;
  seasonMs?: number;
  deviations: number;
  direction: 'up' | 'down' | 'both';
  atLeast: number;
  /** What a window's events say; undefined: nothing. */
  observe: (events: readonly Seen[]) => { value: number; samples: number } | undefined;
  /** Whether few events may be because there are few: then enough of them must be usual. */
  isCount?: boolean;
}

const matched = (events: readonly Seen[]) => events.filter((event) => event.matched);
const counted = (events: readonly Seen[]) => {
  const { length } = matched(events);
  return { value: length, samples: length };
};
const MATCH = '{ $.matched IS TRUE }';
const SHORT = { within: '10s', baseline: '2m' };
const short = { withinMs: 10 * SECOND, baselineMs: 2 * MINUTE };

const ASKED: Asked[] = [
  {
    name: 'a count that rises',
    rule: { match: MATCH, when: { anomaly: 3, over: 'count', ...SHORT, atLeast: 3 } },
    ...short,
    deviations: 3,
    direction: 'up',
    atLeast: 3,
    observe: counted,
    isCount: true,
  },
  {
    name: 'a count that rises or falls',
    rule: { match: MATCH, when: { anomaly: 1, over: 'count', direction: 'both', ...SHORT, atLeast: 1 } },
    ...short,
    deviations: 1,
    direction: 'both',
    atLeast: 1,
    observe: counted,
    isCount: true,
  },
  {
    name: 'a count against the same time of earlier minutes',
    rule: { match: MATCH, when: { anomaly: 2, over: 'count', season: '1m', within: '10s', baseline: '4m' } },
    withinMs: 10 * SECOND,
    baselineMs: 4 * MINUTE,
    seasonMs: MINUTE,
    deviations: 2,
    direction: 'up',
    atLeast: 1,
    observe: counted,
    isCount: true,
  },
  {
    name: 'a share',
    rule: { match: MATCH, when: { anomaly: 2, over: 'ratio', ...SHORT, atLeast: 4 } },
    ...short,
    deviations: 2,
    direction: 'up',
    atLeast: 4,
    observe: (events) =>
      events.length === 0
        ? undefined
        : { value: (matched(events).length / events.length) * 100, samples: events.length },
  },
  {
    name: 'an average that falls',
    rule: {
      match: MATCH,
      when: { anomaly: 1, over: '$.value', stat: 'avg', direction: 'down', ...SHORT, atLeast: 2 },
    },
    ...short,
    deviations: 1,
    direction: 'down',
    atLeast: 2,
    observe: (events) => {
      const numbers = matched(events).map(({ value }) => Number(value));
      if (numbers.length === 0) return undefined;
      return {
        value: numbers.reduce((sum, value) => sum + value, 0) / numbers.length,
        samples: numbers.length,
      };
    },
  },
];

/** Contract §1.3 by its words, window after window, for a rule that was written at `START`. */
function holdsOf(asked: Asked): Holds {
  const { withinMs, baselineMs } = asked;
  const anomalous = new Set<number>();
  return (inWindow, end) => {
    const observe = (at: number) => asked.observe(inWindow(at - withinMs, at));
    if (end - withinMs - START < 0.8 * baselineMs) return undefined;
    const norm = normOf(asked, end, anomalous).flatMap((at) => observe(at)?.value ?? []);
    const here = observe(end);
    if (here === undefined || norm.length < 2) return undefined;
    const holds = isOff(asked, here, norm);
    if (holds) anomalous.add(end);
    return holds;
  };
}

/** Ends of the windows that one is compared with: those of incidents stay out, unless it lasts for a whole baseline. */
function normOf({ withinMs, baselineMs, seasonMs = withinMs }: Asked, end: number, anomalous: Set<number>) {
  let incident = end;
  while (anomalous.has(incident - withinMs)) incident -= withinMs;
  const isNorm = end - incident >= baselineMs;
  const norm: number[] = [];
  for (let at = end - seasonMs; at >= Math.max(START + withinMs, end - baselineMs); at -= seasonMs) {
    if (!anomalous.has(at) || (isNorm && at >= incident)) norm.push(at);
  }
  return norm;
}

function isOff(asked: Asked, here: { value: number; samples: number }, norm: readonly number[]): boolean {
  const { deviations, direction, atLeast, isCount = false } = asked;
  const mean = norm.reduce((sum, value) => sum + value, 0) / norm.length;
  const variance = norm.reduce((sum, value) => sum + (value - mean) ** 2, 0) / norm.length;
  const off = (here.value - mean) / Math.max(Math.sqrt(variance), Math.sqrt(Math.abs(mean)), 1);
  const rises = direction !== 'down' && off >= deviations && here.samples >= atLeast;
  const falls = direction !== 'up' && -off >= deviations && (isCount ? mean : here.samples) >= atLeast;
  return rises || falls;
}

describe.each(ASKED)('anomaly: $name', (asked) => {
  const { rule, withinMs } = asked;
  const truthOf = (events: readonly Seen[]) =>
    episodes(stretches(events, withinMs, START + withinMs, END - MINUTE, holdsOf(asked)));

  it('is found as by someone who sees all events at once', async () => {
    let incidents = 0;
    await fc.assert(
      fc.asyncProperty(lifeOf, fc.constantFrom(2, 60), async ({ events, deliveries }, everyS) => {
        const lived = await live(rule, deliveries, END, everyS * SECOND);
        const truth = truthOf(events);
        incidents += truth.length;
        expect(lived.map(({ startsAt, heldUntil }) => ({ startsAt, heldUntil }))).toEqual(truth);
      }),
      { numRuns: RUNS },
    );
    expect(incidents).toBeGreaterThan(0);
  });

  it('is found the same where every tenth call fails, before or after its effect', async () => {
    await fc.assert(
      fc.asyncProperty(lifeOf, fc.integer(), async ({ events, deliveries }, seed) => {
        const trouble = (table: Table) => faulty(table, numbersFrom(seed), 0.1);
        const lived = await live(rule, deliveries, END, 7 * SECOND, trouble);
        expect(lived.map(({ startsAt, heldUntil }) => ({ startsAt, heldUntil }))).toEqual(truthOf(events));
      }),
      { numRuns: RUNS / 2 },
    );
  });
});
