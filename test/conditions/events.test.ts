/** Conditions that look at single events: in a row, changed, missing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../shared/logs/event.ts';
import type { Table } from '../../shared/ports.ts';
import { faulty, numbersFrom } from './faulty.ts';
import { episodes, type Truth } from './timed-oracle.ts';
import { type Delivery, live, START } from './world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Without an end. */
const OPEN = Date.UTC(9999, 0, 1);
const RUNS = 30;
const SPAN_MS = 10 * MINUTE;

interface Made {
  id: string;
  at: number;
  stream: string;
  matched: boolean;
  value: string;
}

const eventsOf = fc
  .uniqueArray(fc.integer({ min: 0, max: SPAN_MS / 100 }), { minLength: 1, maxLength: 60 })
  .chain((times) =>
    fc
      .array(
        fc.record({
          stream: fc.constantFrom('a', 'b'),
          matched: fc.boolean(),
          value: fc.constantFrom('1.0', '1.1', '2.0'),
        }),
        { minLength: times.length, maxLength: times.length },
      )
      .map((kinds) =>
        kinds.map(
          (kind, index): Made => ({ id: `e${index}`, at: START + (times[index] ?? 0) * 100, ...kind }),
        ),
      ),
  );

/** Batches of one stream each, some twice, each at most so late (ms) and in any order. */
const deliveredOf = (events: readonly Made[], lateMs: number) =>
  fc
    .record({
      size: fc.integer({ min: 1, max: 6 }),
      delays: fc.array(fc.integer({ min: 0, max: lateMs }), { minLength: 1, maxLength: 7 }),
      twice: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
    })
    .map(({ size, delays, twice }) => {
      const deliveries: Delivery[] = [];
      for (const logStream of ['a', 'b']) {
        const own = events.filter(({ stream }) => stream === logStream).sort((a, b) => a.at - b.at);
        for (let from = 0; from < own.length; ) {
          const earliest = own[from]?.at ?? 0;
          const chosen = own.slice(from, from + size).filter(({ at }) => at <= earliest + SECOND);
          from += chosen.length;
          const batch = chosen.map(({ id, at, matched, value }) => ({
            id,
            timestamp: at,
            message: JSON.stringify({ matched, value }),
          }));
          const delay = delays[deliveries.length % delays.length] ?? 0;
          const delivery = { at: (chosen.at(-1)?.at ?? 0) + delay, logStream, events: batch };
          deliveries.push(delivery);
          if (twice[deliveries.length % twice.length])
            deliveries.push({ ...delivery, at: delivery.at + 65_000 });
        }
      }
      return deliveries;
    });

const MATCH = '{ $.matched IS TRUE }';
const END = START + SPAN_MS + 30 * MINUTE;

/** Rows of matches in one stream, from the one with which there are enough to the first that does not match. */
function rowsOf(events: readonly Made[], stream: string, count: number): Truth[] {
  const rows: Truth[] = [];
  let inRow = 0;
  for (const { at, matched } of events
    .filter((event) => event.stream === stream)
    .sort((a, b) => a.at - b.at)) {
    inRow = matched ? inRow + 1 : 0;
    const last = rows.at(-1);
    if (inRow === count) rows.push({ startsAt: at, heldUntil: OPEN });
    if (!matched && last?.heldUntil === OPEN) last.heldUntil = at;
  }
  return rows;
}

describe('consecutive', () => {
  it('begins with the match that makes enough, and ends with the first that does not match', async () => {
    const life = eventsOf.chain((events) =>
      deliveredOf(events, 500).map((deliveries) => ({ events, deliveries })),
    );
    await fc.assert(
      fc.asyncProperty(life, async ({ events, deliveries }) => {
        const onlyA = events.filter(({ stream }) => stream === 'a');
        const lived = await live(
          { match: MATCH, when: { consecutive: 3 } },
          deliveries.filter(({ logStream }) => logStream === 'a'),
          END,
        );
        expect(lived.map(({ startsAt, heldUntil }) => ({ startsAt, heldUntil }))).toEqual(
          episodes(rowsOf(onlyA, 'a', 3)),
        );
      }),
      { numRuns: RUNS },
    );
  });

  it('is answered the same where every tenth call fails, before or after its effect', async () => {
    const life = eventsOf.chain((events) =>
      deliveredOf(events, 500).map((deliveries) => ({ events, deliveries })),
    );
    await fc.assert(
      fc.asyncProperty(life, fc.integer(), async ({ events, deliveries }, seed) => {
        const own = deliveries.filter(({ logStream }) => logStream === 'a');
        const trouble = (table: Table) => faulty(table, numbersFrom(seed), 0.1);
        const lived = await live({ match: MATCH, when: { consecutive: 3 } }, own, END, 2 * SECOND, trouble);
        expect(lived.map(({ startsAt, heldUntil }) => ({ startsAt, heldUntil }))).toEqual(
          episodes(rowsOf(events, 'a', 3)),
        );
      }),
      { numRuns: RUNS },
    );
  });

  it('is over when it is over in every log stream', async () => {
    const row = (logStream: string, at: number, matched: boolean[]): Delivery => ({
      at: START + at + 1000,
      logStream,
      events: matched.map((is, index) => ({
        id: `${logStream}${at}${index}`,
        timestamp: START + at + index,
        message: JSON.stringify({ matched: is }),
      })),
    });
    const [yes, no] = [true, false];
    const lived = await live(
      { match: MATCH, when: { consecutive: 2 } },
      [
        row('a', 0, [yes, yes]),
        row('b', 10_000, [yes, yes]),
        row('a', 60_000, [no]),
        row('b', 120_000, [no]),
        row('a', 300_000, [yes, no]),
      ],
      END,
    );
    expect(lived).toMatchObject([{ startsAt: START + 1, heldUntil: START + 120_000, status: 'resolved' }]);
  });

  it('tells apart the log streams of two log groups that are called alike', async () => {
    const one = (logGroup: string, at: number, is: boolean): Delivery => ({
      at: START + at + 1000,
      logGroup,
      logStream: 'i-0abc',
      events: [{ id: `${logGroup}${at}`, timestamp: START + at, message: JSON.stringify({ matched: is }) }],
    });
    const parted = [
      one('/a', 0, true),
      one('/b', 1000, false),
      one('/a', 2000, true),
      one('/b', 3000, false),
    ];
    const lived = await live({ match: MATCH, when: { consecutive: 2 } }, parted, END);
    expect(lived).toMatchObject([{ startsAt: START + 2000, status: 'firing' }]);
  });

  it('ends where it began if a late event parts the row that was told', async () => {
    const event = (second: number, matched: boolean, lateS = 0): Delivery => {
      const timestamp = START + second * SECOND;
      const message = JSON.stringify({ matched });
      const at = timestamp + lateS * SECOND;
      return { at, logStream: 'a', events: [{ id: `e${second}`, timestamp, message }] };
    };
    const deliveries = [event(10, true), event(20, true), event(30, true), event(15, false, 60)];
    const lived = await live({ match: MATCH, when: { consecutive: 3 } }, deliveries, END);
    const at = START + 30 * SECOND;
    expect(lived).toMatchObject([{ startsAt: at, heldUntil: at, status: 'resolved' }]);
  });

  it('loses nothing that comes late, in any order, and holds nothing on that is not true', async () => {
    const life = eventsOf.chain((events) =>
      deliveredOf(events, 5 * MINUTE).map((deliveries) => ({ events, deliveries })),
    );
    await fc.assert(
      fc.asyncProperty(life, async ({ events, deliveries }) => {
        const lived = await live({ match: MATCH, when: { consecutive: 3 } }, deliveries, END);
        const rows = [...rowsOf(events, 'a', 3), ...rowsOf(events, 'b', 3)];
        for (const { startsAt, heldUntil } of rows) {
          const told = lived.some((one) => one.startsAt <= heldUntil && one.heldUntil >= startsAt);
          expect(told, `${startsAt - START} to ${heldUntil - START}`).toBe(true);
        }
        const goesOn = ({ heldUntil }: Truth) => heldUntil === OPEN;
        expect(lived.some(goesOn)).toBe(rows.some(goesOn));
      }),
      { numRuns: RUNS },
    );
  });
});

describe('change', () => {
  it('is told where a value differs from the one before, whatever comes late', async () => {
    const life = eventsOf.chain((events) =>
      deliveredOf(events, 400).map((deliveries) => ({ events, deliveries })),
    );
    await fc.assert(
      fc.asyncProperty(life, async ({ events, deliveries }) => {
        const inOrder = events.filter(({ stream }) => stream === 'a').sort((a, b) => a.at - b.at);
        const changes = inOrder
          .filter(({ value }, index) => index > 0 && value !== inOrder[index - 1]?.value)
          .map(({ at }) => ({ startsAt: at, heldUntil: at }));
        const lived = await live(
          { when: { change: '$.value' } },
          deliveries.filter(({ logStream }) => logStream === 'a'),
          END,
        );
        expect(lived.map(({ startsAt, heldUntil }) => ({ startsAt, heldUntil }))).toEqual(episodes(changes));
      }),
      { numRuns: RUNS },
    );
  });

  it('knows the value from before what counters keep', async () => {
    const day = 86_400_000;
    const say = (at: number, value: string): Delivery => ({
      at: START + at,
      logStream: 'a',
      events: [{ id: `${at}`, timestamp: START + at, message: JSON.stringify({ value }) }],
    });
    const deliveries = [say(0, '1.0'), say(20 * day, '1.0'), say(40 * day, '1.1')];
    const lived = await live({ when: { change: '$.value' } }, deliveries, START + 41 * day, 3_600_000);
    expect(lived).toMatchObject([{ startsAt: START + 40 * day, measured: { before: '1.0', now: '1.1' } }]);
  });
});

describe('absent', () => {
  const absences = (times: readonly number[], absentMs: number, until: number): Truth[] => {
    const found: Truth[] = [];
    const inOrder = [START, ...times].sort((a, b) => a - b);
    for (const [index, at] of inOrder.entries()) {
      const next = inOrder[index + 1];
      // Who comes within the grace is not missed.
      if ((next ?? until) - at > absentMs + 30_000) {
        found.push({ startsAt: at + absentMs, heldUntil: next ?? OPEN });
      }
    }
    return found;
  };

  it.each([0, 0.1])(
    'is told once a match has not come for so long, and over with the next; calls fail: %f',
    async (share) => {
      const life = eventsOf.chain((events) =>
        deliveredOf(events, 400).map((deliveries) => ({ events, deliveries })),
      );
      await fc.assert(
        fc.asyncProperty(
          life,
          fc.constantFrom(2, 10, 240),
          fc.integer(),
          async ({ events, deliveries }, everyS, seed) => {
            const own = events.filter(({ stream, matched }) => stream === 'a' && matched).map(({ at }) => at);
            // Who comes at the very moment at which it is missed may be missed or not.
            const moments = [START, ...own].sort((a, b) => a - b);
            const gaps = moments.map((at, index) => (moments[index + 1] ?? END) - at);
            fc.pre(gaps.every((gap) => Math.abs(gap - MINUTE - 30 * SECOND) > SECOND));
            const trouble = (table: Table) => faulty(table, numbersFrom(seed), share);
            const lived = await live(
              { match: MATCH, when: { absent: '1m' } },
              deliveries.filter(({ logStream }) => logStream === 'a'),
              END,
              everyS * SECOND,
              trouble,
            );
            expect(lived.map(({ startsAt, heldUntil }) => ({ startsAt, heldUntil }))).toEqual(
              episodes(absences(own, MINUTE, END)),
            );
          },
        ),
        { numRuns: RUNS },
      );
    },
  );

  const beat = (at: number, message: string): Delivery => ({
    at: START + at,
    logStream: 'a',
    events: [{ id: `${at}${message}`, timestamp: START + at, message }],
  });

  it('is told where no log ever comes', async () => {
    const lived = await live({ match: 'beat', when: { absent: '2m' } }, [], START + 10 * MINUTE);
    expect(lived).toMatchObject([{ startsAt: START + 2 * MINUTE, heldUntil: OPEN, status: 'firing' }]);
  });

  it('waits for each group once it was seen, until an event ends the watch', async () => {
    const rule = {
      fields: '[kind, host]',
      match: 'beat',
      groupBy: ['host'],
      when: { absent: '1m', until: 'bye' },
    };
    const lived = await live(
      rule,
      [beat(0, 'beat a'), beat(1, 'beat b'), beat(10_000, 'bye b')],
      START + 5 * MINUTE,
    );
    expect(lived).toMatchObject([{ labels: { host: 'a' }, startsAt: START + MINUTE, heldUntil: OPEN }]);
  });

  it('waits anew for whoever comes again after the watch had ended', async () => {
    const deliveries = [beat(0, 'beat'), beat(10_000, 'bye'), beat(40_000, 'beat')];
    const lived = await live(
      { match: 'beat', when: { absent: '1m', until: 'bye' } },
      deliveries,
      START + 5 * MINUTE,
    );
    expect(lived).toMatchObject([{ startsAt: START + 100 * SECOND, heldUntil: OPEN, status: 'firing' }]);
  });

  it('waits from each match to the next or to what ends the watch, in whatever batches they come', async () => {
    const step = fc.record({
      afterS: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 120, max: 200 })),
      message: fc.constantFrom('beat', 'beat', 'bye'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 12 }),
        fc.constantFrom(1, 20),
        fc.constantFrom(2, 10),
        async (steps, batchS, everyS) => {
          let at = START;
          const events = steps.map(({ afterS, message }, index) => {
            at += afterS * SECOND;
            return { id: `${index}`, timestamp: at, message };
          });
          const end = at + 3 * MINUTE;
          const lived = await live(
            { match: 'beat', when: { absent: '1m', until: 'bye' } },
            batches(events, batchS * SECOND),
            end,
            everyS * SECOND,
          );
          expect(lived.map(({ startsAt, heldUntil }) => ({ startsAt, heldUntil }))).toEqual(
            waits(events, end),
          );
        },
      ),
      { numRuns: RUNS },
    );
  });

  /** Events whose times lie so close together come at once. */
  function batches(events: readonly LogEvent[], spanMs: number): Delivery[] {
    const deliveries: Delivery[] = [];
    for (const event of events) {
      const last = deliveries.at(-1);
      const first = last?.events[0]?.timestamp ?? Number.NEGATIVE_INFINITY;
      if (last !== undefined && event.timestamp - first < spanMs) last.events.push(event);
      else deliveries.push({ at: 0, logStream: 'a', events: [event] });
    }
    return deliveries.map((delivery) => ({
      ...delivery,
      at: (delivery.events.at(-1)?.timestamp ?? 0) + SECOND,
    }));
  }

  /** The waits that lasted too long, by someone who sees all events in order. */
  function waits(events: readonly LogEvent[], end: number): Truth[] {
    const found: Truth[] = [];
    let last: number | null = START;
    for (const { timestamp, message } of [...events, { timestamp: end, message: null }]) {
      if (last !== null && timestamp - last > MINUTE + 30 * SECOND)
        found.push({ startsAt: last + MINUTE, heldUntil: message === null ? OPEN : timestamp });
      last = message === 'bye' ? null : timestamp;
    }
    return found;
  }

  it('misses nobody while no event counts, nor at once when they count again', async () => {
    const rule = { match: 'beat', when: { absent: '10m' }, activeTimeIntervals: ['day'] };
    // The day begins half an hour after the start.
    const day = { name: 'day', timeIntervals: [{ times: [{ startTime: '02:30', endTime: '23:00' }] }] };
    const at = async (minutes: number) =>
      await live(rule, [], START + minutes * MINUTE, 10 * SECOND, undefined, [
        { kind: 'timeInterval', id: 'day', body: day },
      ]);
    expect(await at(39)).toEqual([]);
    expect(await at(45)).toMatchObject([{ heldUntil: OPEN, status: 'firing' }]);
  });

  it('forgets a group that stays away', async () => {
    const rule = {
      fields: '[kind, host]',
      match: 'beat',
      groupBy: ['host'],
      when: { absent: '1m', forget: '10m' },
    };
    const lived = await live(rule, [beat(0, 'beat a')], START + 20 * MINUTE);
    expect(lived).toMatchObject([
      { startsAt: START + MINUTE, heldUntil: START + 10 * MINUTE, status: 'resolved' },
    ]);
  });
});
