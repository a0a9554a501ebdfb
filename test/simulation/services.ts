/** What services log, and how CloudWatch Logs delivers it: in batches, late, twice, cut otherwise. */
import { LIGHT_MAX } from '../../shared/count/entries.ts';
import type { LogEvent } from '../../shared/logs/event.ts';
import type { Random } from './random.ts';
import { GROUPS, type SimulatedRule, WORDS } from './users.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const BATCH_MAX = 40;
/** What rules on novelty see; every event has one of them. */
const VALUES = ['v0', 'v1', 'v2', 'v3', 'v4'];

/** One delivery of CloudWatch Logs. */
export interface LogDelivery {
  at: number;
  logStream: string;
  events: LogEvent[];
}

interface Draft {
  timestamp: number;
  words: string;
  group: string;
}

/** Log events in the order of their times: bursts around the thresholds, and noise. */
export function eventsOf(
  random: Random,
  rules: SimulatedRule[],
  start: number,
  durationMs: number,
): LogEvent[] {
  const drafts = rules.flatMap((rule) => [
    ...Array.from({ length: random.between(0, 4) }, () => burst(random, rule, start, durationMs)).flat(),
    ...Array.from({ length: random.between(0, 5) }, () => noise(random, start, durationMs)),
  ]);
  drafts.sort((a, b) => a.timestamp - b.timestamp);
  return drafts.map(({ timestamp, words, group }, index) => {
    const v = VALUES[index % VALUES.length];
    const message = JSON.stringify({ w: words, g: group, n: index, v, one: 1 });
    return { id: String(index).padStart(56, '0'), timestamp, message };
  });
}

function burst(random: Random, rule: SimulatedRule, start: number, durationMs: number): Draft[] {
  const { word, threshold, withinMs } = rule;
  const group = random.pick(GROUPS);
  const count = Math.max(1, threshold + random.pick([-1, 0, 0, 1, Math.min(2 * threshold, 40)]));
  const edges = [0, 1000, withinMs - 1, withinMs, withinMs + 1000];
  const span = random.pick([...edges, withinMs / 2, 2 * withinMs]);
  const from = start + random.between(0, durationMs);
  return Array.from({ length: count }, (_, index) => {
    const evenly = count === 1 ? 0 : (span * index) / (count - 1);
    const offset = random.chance(0.7) ? evenly : random.between(0, span);
    return { timestamp: Math.round(from + offset), words: word, group };
  });
}

function noise(random: Random, start: number, durationMs: number): Draft {
  const words = random.shuffled(WORDS).slice(0, random.between(0, 2)).join(' ');
  return { timestamp: start + random.between(0, durationMs), words, group: random.pick(GROUPS) };
}

interface Manners {
  /** Probability that a batch is late, and by how much at most, ms. */
  lateness: number;
  dawdlingMs: number;
  /** How far the service's clock is ahead, ms. */
  aheadMs: number;
  /** Events to a batch, at most. */
  most: number;
  isRegrouped: boolean;
}

export interface Deliveries {
  deliveries: LogDelivery[];
  /** The clock of some service is ahead. */
  isAhead: boolean;
}

export function deliveriesOf(random: Random, events: LogEvent[]): Deliveries {
  const byStream: LogEvent[][] = Array.from({ length: random.between(1, 3) }, () => []);
  for (const event of events) byStream[random.between(0, byStream.length - 1)]?.push(event);
  const lateness = random.pick([0, 0.05, 0.3]);
  const dawdlingMs = random.pick([2, 5, 30, 90]) * MINUTE;
  const aheadMs = random.chance(0.1) ? random.pick([5 * SECOND, MINUTE, 10 * MINUTE]) : 0;
  const deliveries = byStream.flatMap((own, stream) => {
    const isRegrouped = random.chance(0.25);
    const most = isRegrouped ? LIGHT_MAX : random.pick([1, BATCH_MAX, BATCH_MAX]);
    return streamOf(random, own, `stream-${stream}`, { lateness, dawdlingMs, aheadMs, most, isRegrouped });
  });
  return { deliveries, isAhead: aheadMs > 0 };
}

function streamOf(random: Random, events: LogEvent[], logStream: string, manners: Manners): LogDelivery[] {
  const { lateness, dawdlingMs, aheadMs } = manners;
  const deliveries = batchesOf(random, events, manners.most).flatMap((batch) => {
    const late = random.chance(lateness) ? random.between(0, dawdlingMs) : 0;
    const at = latestOf(batch) - aheadMs + random.between(200, 5000) + late;
    const again = { at: at + random.between(0, 10 * MINUTE), logStream, events: batch };
    return [{ at, logStream, events: batch }, ...(random.chance(0.1) ? [again] : [])];
  });
  return manners.isRegrouped ? [...deliveries, ...regrouped(random, events, logStream)] : deliveries;
}

function batchesOf(random: Random, events: LogEvent[], most: number): LogEvent[][] {
  const batches: LogEvent[][] = [];
  let open: LogEvent[] = [];
  for (const event of events) {
    const previous = open.at(-1);
    const apart = previous !== undefined && event.timestamp - previous.timestamp > 3000;
    if (apart || open.length >= most || random.chance(0.15)) {
      if (open.length > 0) batches.push(open);
      open = [];
    }
    open.push(event);
  }
  if (open.length > 0) batches.push(open);
  return batches;
}

/**
 * Some events once more, cut otherwise, in another order. Of batches with more matches in a slice than `LIGHT_MAX` such
 * a copy may count twice, as is documented.
 */
function regrouped(random: Random, events: LogEvent[], logStream: string): LogDelivery[] {
  if (events.length === 0) return [];
  const from = random.between(0, events.length - 1);
  const part = random.shuffled(events.slice(from, from + random.between(1, LIGHT_MAX)));
  return [{ at: latestOf(part) + random.between(1000, 5 * MINUTE), logStream, events: part }];
}

function latestOf(events: LogEvent[]): number {
  return Math.max(...events.map(({ timestamp }) => timestamp));
}
