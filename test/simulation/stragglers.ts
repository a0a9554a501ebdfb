/** A match that comes when what is known of its slice is old. */
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import type { LogDelivery } from './services.ts';
import { GROUPS } from './users.ts';

const MINUTE_MS = 60_000;
const MATCHES_MAX = 8;

/**
 * As few matches as fire a rule, when nothing else happens. The first of them comes as others are counted, when its
 * slice is closed and remembered as empty, and the last makes it a breach.
 */
export function straggled(scenario: Scenario, random: Random): Scenario {
  if (random.chance(0.5)) return scenario;
  const { rules, events, deliveries, calmFrom } = scenario;
  const fit = rules.filter(
    ({ timed, threshold, withinMs }) =>
      !timed && threshold > 2 && threshold <= MATCHES_MAX && withinMs >= MINUTE_MS,
  );
  const [stream] = deliveries;
  if (fit.length === 0 || stream === undefined) return scenario;
  const { word, threshold, withinMs } = random.pick(fit);
  const group = random.pick(GROUPS);
  const from = Math.max(calmFrom, ...deliveries.map(({ at }) => at)) + withinMs;
  const [meanwhileAt, lastAt] = [from + 0.6 * withinMs, from + 0.85 * withinMs];
  const burst = Array.from({ length: threshold }, (_, index): LogDelivery => {
    const timestamp = index === 0 ? from : index === threshold - 1 ? lastAt : meanwhileAt + index;
    const message = JSON.stringify({ w: word, g: group, n: 0, v: 'v0', one: 1 });
    const at = Math.max(timestamp, meanwhileAt) + 500 + (index === 0 ? random.between(0, 150) : 0);
    return {
      at,
      logStream: stream.logStream,
      events: [{ id: `8${String(index).padStart(55, '0')}`, timestamp, message }],
    };
  });
  return {
    ...scenario,
    events: [...events, ...burst.flatMap((delivery) => delivery.events)],
    deliveries: [...deliveries, ...burst],
    sizes: { hotFromBytes: 4_096, hotWritesPerSecond: 2, cachedFromBytes: 1 },
    calmFrom: lastAt + random.between(1, 5) * MINUTE_MS,
  };
}
