/** A value that differs from the one before. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliveredOf, END, eventsOf, RUNS } from './drawn-events.ts';
import { episodes } from './timed-oracle.ts';
import { type Delivery, live, START } from './world.ts';

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
