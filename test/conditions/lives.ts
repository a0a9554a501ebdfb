/** Bursts of log events, as they happened and as they were delivered: reordered, late, and some of them twice. */
import fc from 'fast-check';
import type { Seen } from './timed-oracle.ts';
import { type Delivery, START } from './world.ts';

const MINUTE = 60_000;
/** Shorter than the time for which a slice's events are waited for. */
const DELAY_MS_MAX = 2_500;
const SPAN_MS = 6 * MINUTE;

/** Bursts of events, some of which match and carry numbers. */
const eventsOf = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: SPAN_MS }),
      many: fc.integer({ min: 1, max: 25 }),
      spreadMs: fc.integer({ min: 0, max: 20_000 }),
      matching: fc.integer({ min: 0, max: 4 }),
      value: fc.integer({ min: 0, max: 30 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((bursts) =>
    bursts.flatMap(({ at, many, spreadMs, matching, value }, burst) =>
      Array.from({ length: many }, (_, index) => ({
        id: `${burst}-${index}`,
        at: START + at + Math.floor((index * spreadMs) / many),
        matched: index % 5 < matching,
        value: value + (index % 7),
      })),
    ),
  );

export type Made = Seen & { id: string };

/** Random batches, some delivered twice, each at most so late (ms) after its last event. */
const deliveredOf = (events: readonly Made[], lateMs = DELAY_MS_MAX - 400) =>
  fc
    .record({
      sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
      delays: fc.array(fc.integer({ min: 0, max: lateMs }), { minLength: 1, maxLength: 10 }),
      twice: fc.array(fc.boolean(), { minLength: 1, maxLength: 10 }),
    })
    .map(({ sizes, delays, twice }): Delivery[] => {
      const inOrder = [...events].sort((a, b) => a.at - b.at);
      const deliveries: Delivery[] = [];
      for (let from = 0, batch = 0; from < inOrder.length; batch++) {
        const earliest = inOrder[from]?.at ?? 0;
        const size = sizes[batch % sizes.length] ?? 1;
        // A batch waits for its last event, and no event may wait for long.
        const chosen = inOrder.slice(from, from + size).filter(({ at }) => at < earliest + 400);
        from += chosen.length;
        const logEvents = chosen.map(({ id, at, matched, value }) => ({
          id,
          timestamp: at,
          message: JSON.stringify({ matched, value }),
        }));
        const latest = chosen.at(-1)?.at ?? earliest;
        const delivery = {
          at: latest + (delays[batch % delays.length] ?? 0),
          logStream: 's',
          events: logEvents,
        };
        deliveries.push(delivery);
        if (twice[batch % twice.length]) deliveries.push({ ...delivery, at: delivery.at + 70_000 });
      }
      return deliveries;
    });

/** Events that come in time. */
export const lifeOf = eventsOf.chain((events) =>
  deliveredOf(events).map((deliveries) => ({ events, deliveries })),
);
/** Events that come up to eight minutes late. */
export const lateLifeOf = eventsOf.chain((events) =>
  deliveredOf(events, 8 * MINUTE).map((deliveries) => ({ events, deliveries })),
);
/** When nothing is left to be judged, ms. */
export const END = START + SPAN_MS + 15 * MINUTE;
