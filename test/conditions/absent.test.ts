/** What has not come for so long. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../shared/logs/event.ts';
import type { Table } from '../../shared/ports.ts';
import { deliveredOf, END, eventsOf, MATCH, MINUTE, OPEN, RUNS, SECOND } from './drawn-events.ts';
import { faulty, numbersFrom } from './faulty.ts';
import { episodes, type Truth } from './timed-oracle.ts';
import { type Delivery, live, START } from './world.ts';

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
