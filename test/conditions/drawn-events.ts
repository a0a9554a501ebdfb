/** Events of two log streams as fast-check draws them, and the batches in which they are delivered. */
import fc from 'fast-check';
import { type Delivery, START } from './world.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
/** Without an end. */
export const OPEN = Date.UTC(9999, 0, 1);
export const RUNS = 30;
const SPAN_MS = 10 * MINUTE;
/** Everything is judged by then. */
export const END = START + SPAN_MS + 30 * MINUTE;
/** What of them matches. */
export const MATCH = '{ $.matched IS TRUE }';

export interface Made {
  id: string;
  at: number;
  stream: string;
  matched: boolean;
  value: string;
}

/** Events at distinct times. */
export const eventsOf = fc
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
export const deliveredOf = (events: readonly Made[], lateMs: number) =>
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
