/** What the seed makes of users and their services: rules, routes, log events, and when they are delivered or edited. */
import type { RawItem } from '../../shared/config/items.ts';
import { LIGHT_MAX } from '../../shared/count/entries.ts';
import type { LogEvent } from '../../shared/logs/event.ts';
import { type Edit, editsOf } from './edits.ts';
import type { Random } from './random.ts';

export const START = Date.UTC(2026, 10, 21, 2);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export interface SimulatedRule {
  id: string;
  /** A line that holds it matches. */
  word: string;
  /** As few matches as fire. */
  threshold: number;
  withinMs: number;
  grouped: boolean;
  records: boolean;
  body: Record<string, unknown>;
}

/** One delivery of CloudWatch Logs. */
export interface LogDelivery {
  at: number;
  logStream: string;
  events: LogEvent[];
}

export interface SimulatedRoute {
  /** Receivers by rule id. */
  receivers: Record<string, string[]>;
  body: Record<string, unknown>;
}

export interface Scenario {
  rules: SimulatedRule[];
  route: SimulatedRoute;
  items: RawItem[];
  events: LogEvent[];
  deliveries: LogDelivery[];
  edits: Edit[];
  /** When a channel is down, ms, and what it answers then. */
  outages: { kind: string; from: number; to: number; status: number }[];
  /** Nothing goes wrong from here on, ms. */
  calmFrom: number;
}

const BATCH_MAX = 40;
const WORDS = ['alpha', 'bravo', 'charlie'];
const GROUPS = ['a', 'b', 'c'];
const RECEIVERS = [
  { name: 'ops', email: [{ to: ['ops@example.com'] }] },
  { name: 'both', email: [{ to: ['both@example.com'] }], feishu: [{ webhook: 'secret:bot' }] },
  { name: 'mute' },
];

export function scenarioOf(random: Random): Scenario {
  const durationMs = random.between(4, 20) * MINUTE;
  const rules = WORDS.slice(0, random.between(1, WORDS.length)).map((word) => ruleOf(random, word));
  const route = routeOf(random, rules);
  const events = eventsOf(random, rules, durationMs);
  const deliveries = deliveriesOf(random, events);
  const edits = random.chance(0.35) ? editsOf(random, rules, START, durationMs) : [];
  const last = Math.max(START, ...deliveries.map(({ at }) => at), ...edits.map(({ at }) => at));
  const items = [
    ...rules.map(({ id, body }): RawItem => ({ kind: 'rule', id, body })),
    ...RECEIVERS.map((body): RawItem => ({ kind: 'receiver', id: body.name, body })),
    { kind: 'route', id: 'root', body: route.body } as const,
  ];
  const calmFrom = last + random.between(1, 10) * MINUTE;
  return { rules, route, items, events, deliveries, edits, outages: outagesOf(random, last), calmFrom };
}

function ruleOf(random: Random, word: string): SimulatedRule {
  const threshold = random.between(1, 8);
  const within = random.pick(['10s', '1m', '2m', '5m']);
  const withinMs = { '10s': 10 * SECOND, '1m': MINUTE, '2m': 2 * MINUTE, '5m': 5 * MINUTE }[within] ?? 0;
  const grouped = random.chance(0.4);
  const records = random.chance(0.1);
  const body = {
    id: word,
    match: { keyword: word },
    when: { count: random.chance(0.5) ? `>= ${threshold}` : `> ${threshold - 1}`, within },
    ...(grouped ? { groupBy: ['$.g'] } : {}),
    ...(records ? { action: 'record' } : {}),
  };
  return { id: word, word, threshold, withinMs, grouped, records, body };
}

function routeOf(random: Random, rules: SimulatedRule[]): SimulatedRoute {
  const root = random.pick(['ops', 'both']);
  const special = random.chance(0.5) ? random.pick(rules).id : null;
  const goesOn = random.chance(0.3);
  const other = random.pick(['ops', 'both', 'mute']);
  const child = {
    matchers: [`rule="${special}"`],
    receiver: other,
    groupInterval: random.pick(['30s', '2m']),
    continue: goesOn,
  };
  const body = {
    receiver: root,
    groupBy: random.pick([['rule'], [], ['...'], ['rule', 'g']]),
    groupWait: random.pick(['0s', '5s', '30s']),
    groupInterval: random.pick(['30s', '1m', '5m']),
    repeatInterval: random.pick(['4h', '4h', '5m']),
    ...(special === null ? {} : { routes: [child] }),
  };
  const receivers = Object.fromEntries(rules.map(({ id }) => [id, [id === special ? other : root]]));
  return { receivers, body };
}

function eventsOf(random: Random, rules: SimulatedRule[], durationMs: number): LogEvent[] {
  const drafts: { timestamp: number; words: string; group: string }[] = [];
  for (const { word, threshold, withinMs } of rules) {
    for (let burst = random.between(0, 4); burst > 0; burst--) {
      const group = random.pick(GROUPS);
      const count = Math.max(1, threshold + random.pick([-1, 0, 0, 1, 2 * threshold]));
      const span = random.pick([
        0,
        1000,
        withinMs / 2,
        withinMs - 1,
        withinMs,
        withinMs + 1000,
        2 * withinMs,
      ]);
      const from = START + random.between(0, durationMs);
      for (let index = 0; index < count; index++) {
        const offset =
          count === 1 ? 0 : random.chance(0.7) ? (span * index) / (count - 1) : random.between(0, span);
        drafts.push({ timestamp: Math.round(from + offset), words: word, group });
      }
    }
    for (let noise = random.between(0, 5); noise > 0; noise--) {
      drafts.push({
        timestamp: START + random.between(0, durationMs),
        words: random.shuffled(WORDS).slice(0, random.between(0, 2)).join(' '),
        group: random.pick(GROUPS),
      });
    }
  }
  drafts.sort((a, b) => a.timestamp - b.timestamp);
  return drafts.map(({ timestamp, words, group }, index) => {
    const message = JSON.stringify({ w: words, g: group, n: index });
    return { id: String(index).padStart(56, '0'), timestamp, message };
  });
}

function deliveriesOf(random: Random, events: LogEvent[]): LogDelivery[] {
  const deliveries: LogDelivery[] = [];
  const streams = random.between(1, 3);
  const lateness = random.pick([0, 0.05, 0.3]);
  const dawdling = random.pick([2, 5, 30, 90]) * MINUTE;
  const byStream: LogEvent[][] = Array.from({ length: streams }, () => []);
  for (const event of events) byStream[random.between(0, streams - 1)]?.push(event);
  for (const [stream, own] of byStream.entries()) {
    const isRegrouped = random.chance(0.25);
    for (const batch of batchesOf(random, own, isRegrouped ? LIGHT_MAX : BATCH_MAX)) {
      const latest = Math.max(...batch.map(({ timestamp }) => timestamp));
      const delay = random.between(200, 5000) + (random.chance(lateness) ? random.between(0, dawdling) : 0);
      const delivery = { at: latest + delay, logStream: `stream-${stream}`, events: batch };
      deliveries.push(delivery);
      if (random.chance(0.1))
        deliveries.push({ ...delivery, at: delivery.at + random.between(0, 10 * MINUTE) });
    }
    if (isRegrouped) deliveries.push(...regrouped(random, own, `stream-${stream}`));
  }
  return deliveries;
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
  const latest = Math.max(...part.map(({ timestamp }) => timestamp));
  return [{ at: latest + random.between(1000, 5 * MINUTE), logStream, events: part }];
}

function outagesOf(random: Random, last: number): Scenario['outages'] {
  if (random.chance(0.7)) return [];
  const from = START + random.between(0, last - START);
  const to = from + random.pick([30 * SECOND, 5 * MINUTE, 40 * MINUTE]);
  return [{ kind: random.pick(['email', 'feishu']), from, to, status: random.pick([500, 503, 503, 400]) }];
}
