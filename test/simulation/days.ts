/** What follows days later, with the same names, and with what the table has forgotten meanwhile. On most days nothing. */
import type { LogEvent } from '../../shared/logs/event.ts';
import type { Random } from './random.ts';
import { type Scenario, START } from './scenario.ts';

const HOUR_MS = 3_600_000;
/** What was late is there, and done with, so long after the first part. */
const SETTLED_MS = 3 * HOUR_MS;
const DAY_MS = 24 * HOUR_MS;

/** The scenario, all of whose second part happens so much later. */
export function resumed(scenario: Scenario, random: Random): Scenario {
  if (scenario.asked !== null || random.chance(0.85)) return scenario;
  // Groups are admitted for a day.
  if (scenario.rules.some(({ maxGroups }) => maxGroups !== undefined)) return scenario;
  const from = random.between(START, scenario.calmFrom);
  const laterMs = random.pick([
    27 * HOUR_MS,
    3 * DAY_MS,
    8 * DAY_MS,
    scenario.isNovel ? DAY_MS : 41 * DAY_MS,
  ]);
  const later = (at: number) => (at < from ? at : at + laterMs);
  const moved = new Map<LogEvent, LogEvent>();
  const movedOf = (event: LogEvent) => {
    const known = moved.get(event) ?? { ...event, timestamp: later(event.timestamp) };
    moved.set(event, known);
    return known;
  };
  const moves = <Thing extends { at: number }>(thing: Thing): Thing => ({ ...thing, at: later(thing.at) });
  return {
    ...scenario,
    lull: { from: from + SETTLED_MS, to: from + laterMs },
    events: scenario.events.map(movedOf),
    deliveries: scenario.deliveries.map((delivery) => {
      const events = delivery.events.map(movedOf);
      const isLater = events.some(({ timestamp }) => timestamp >= from + laterMs);
      return { ...delivery, at: isLater ? delivery.at + laterMs : delivery.at, events };
    }),
    edits: scenario.edits.map(moves),
    cutShort: scenario.cutShort.map(moves),
    redrivenAt: scenario.redrivenAt.map(later),
    clickedAt: scenario.clickedAt.map(later),
    acknowledgedAt: scenario.acknowledgedAt.map(later),
    silences: scenario.silences.map((silence) => {
      const { startsAt, endsAt, createdAt } = silence;
      const byMs = later(startsAt) - startsAt;
      return {
        ...silence,
        startsAt: startsAt + byMs,
        endsAt: endsAt && endsAt + byMs,
        createdAt: createdAt + byMs,
      };
    }),
    outages: scenario.outages.map((outage) => {
      const byMs = later(outage.from) - outage.from;
      return { ...outage, from: outage.from + byMs, to: outage.to + byMs };
    }),
    calmFrom: scenario.calmFrom + laterMs,
  };
}
