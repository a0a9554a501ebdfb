/** So many matches in a row. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Table } from '../../shared/ports.ts';
import { deliveredOf, END, eventsOf, MATCH, type Made, MINUTE, OPEN, RUNS, SECOND } from './drawn-events.ts';
import { faulty, numbersFrom } from './faulty.ts';
import { episodes, type Truth } from './timed-oracle.ts';
import { type Delivery, live, START } from './world.ts';

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

  it.each([
    ['long ids', (number: number) => `${'n'.repeat(90)}${number}`],
    ['ids with the sign that parts what is written', (number: number) => `${number % 2 ? 'n|' : 'n_'}`],
  ])('tells events of one time apart by %s', async (_, idOf) => {
    const one = (number: number): Delivery => ({
      at: START + number,
      logStream: 'a',
      events: [{ id: idOf(number), timestamp: START, message: JSON.stringify({ matched: true }) }],
    });
    const lived = await live({ match: MATCH, when: { consecutive: 2 } }, [one(1), one(2), one(2)], END);
    expect(lived).toHaveLength(1);
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
