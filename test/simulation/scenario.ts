/** What the seed makes of users, their services, and the receivers of notifications. */
import type { RawItem } from '../../shared/config/items.ts';
import type { CountSizes } from '../../shared/count/memory.ts';
import type { LogEvent } from '../../shared/logs/event.ts';
import type { Silence } from '../../shared/routing/silences.ts';
import type { Random } from './random.ts';
import { deliveriesOf, eventsOf, type LogDelivery } from './services.ts';
import {
  type Edit,
  editsOf,
  itemsOf,
  routeOf,
  ruleOf,
  type SimulatedRoute,
  type SimulatedRule,
  WORDS,
} from './users.ts';

export const START = Date.UTC(2026, 10, 21, 2);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** How late a straggler may be, s. */
const STRAGGLING_MAX = 120;

export interface Outage {
  kind: string;
  from: number;
  to: number;
  /** What is answered meanwhile. */
  status: number;
  /** The wait that is asked for then, ms; absent: none. */
  afterMs?: number;
}

export interface Scenario {
  rules: SimulatedRule[];
  route: SimulatedRoute;
  /** What is in force from the beginning. */
  items: RawItem[];
  events: LogEvent[];
  deliveries: LogDelivery[];
  isAhead: boolean;
  /** There is a rule on values never seen before. */
  isNovel: boolean;
  /** What one rule more asks; null: there is none. */
  asked: string | null;
  edits: Edit[];
  outages: Outage[];
  silences: Silence[];
  /** Silences that somebody ends early, and when, ms. */
  cutShort: { id: string; at: number }[];
  /** When somebody sends dead letters again, ms. */
  redrivenAt: number[];
  /** It goes on days later; in between (ms) everything works. Null: it does not. */
  lull: { from: number; to: number } | null;
  /** Receivers that had fewer channels for a while. */
  halfEdited: string[];
  /** When somebody follows a link of what was told, ms. */
  clickedAt: number[];
  /** When somebody acknowledges everything that fires, ms. */
  acknowledgedAt: number[];
  /** Users keep alerts quiet, or cap them: not everything is told as soon as it could be. */
  isQuietened: boolean;
  /** Receivers have a limit: what is beyond it is told by digests. */
  isLimited: boolean;
  /** What counts as busy already, for these services never are; undefined: what does in production. */
  sizes: CountSizes | undefined;
  /** Nothing goes wrong from here on, ms. */
  calmFrom: number;
}

export function scenarioOf(random: Random): Scenario {
  const durationMs = random.between(4, 20) * MINUTE;
  const rules = WORDS.slice(0, random.between(1, WORDS.length)).map((word) => ruleOf(random, word));
  const route = routeOf(random, rules);
  const events = eventsOf(random, rules, START, durationMs);
  const { deliveries, isAhead } = deliveriesOf(random, events);
  const edits = random.chance(0.35) ? editsOf(random, rules, START, durationMs) : [];
  const last = Math.max(START, ...deliveries.map(({ at }) => at), ...edits.map(({ at }) => at));
  const outages = outagesOf(random, last);
  const calmFrom = last + random.between(1, 10) * MINUTE;
  const isNovel = random.chance(0.3);
  return {
    rules,
    route,
    items: itemsOf(rules, route, isNovel),
    events,
    deliveries,
    isAhead,
    isNovel,
    asked: null,
    edits,
    outages,
    silences: [],
    cutShort: [],
    redrivenAt: [],
    lull: null,
    halfEdited: [],
    clickedAt: [],
    acknowledgedAt: [],
    isQuietened: false,
    isLimited: false,
    sizes: undefined,
    calmFrom,
  };
}

/**
 * The scenario with a sense of what is busy that its few events satisfy, and stragglers, late enough for what is
 * remembered as closed. On some days busy is what it is in production.
 */
export function busied(scenario: Scenario, random: Random): Scenario {
  if (random.chance(0.6)) return scenario;
  const sizes = {
    cachedFromBytes: random.pick([1, 200]),
    hotFromBytes: random.pick([1, 80, 160]),
    hotWritesPerSecond: 0,
  };
  const deliveries = scenario.deliveries.map((delivery) =>
    random.chance(0.8)
      ? delivery
      : { ...delivery, at: delivery.at + random.between(20, STRAGGLING_MAX) * SECOND },
  );
  return { ...scenario, sizes, deliveries, calmFrom: scenario.calmFrom + STRAGGLING_MAX * SECOND };
}

function outagesOf(random: Random, last: number): Outage[] {
  if (random.chance(0.7)) return [];
  const from = START + random.between(0, last - START);
  const to = from + random.pick([30 * SECOND, 5 * MINUTE, 40 * MINUTE, 7 * HOUR]);
  return [{ kind: random.pick(['email', 'feishu']), from, to, status: random.pick([500, 503, 503, 400]) }];
}
