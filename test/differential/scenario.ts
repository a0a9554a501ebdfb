/**
 * What happens to both sides of the comparison: a configuration, and alerts and silences that come and go. Everything
 * happens on whole seconds and groups speak on half ones, so that no order depends on milliseconds.
 */
import { Random } from '../simulation/random.ts';

export type Labels = Record<string, string>;

/** A route as both sides write it, but for the spelling of the keys. Times in ms. */
export interface ScenarioRoute {
  receiver: string;
  matchers: string[];
  groupBy: string[];
  groupWaitMs: number;
  groupIntervalMs: number;
  repeatIntervalMs: number;
  continue: boolean;
  routes: ScenarioRoute[];
}

export interface ScenarioInhibitRule {
  name: string;
  sourceMatchers: string[];
  targetMatchers: string[];
  equal: string[];
}

export interface ScenarioMatcher {
  label: string;
  operator: '=' | '!=' | '=~' | '!~';
  value: string;
}

/** `at`: ms since the beginning. */
export type Action = { at: number } & (
  | { kind: 'fire' | 'resolve'; labels: Labels }
  | { kind: 'silence'; id: string; matchers: ScenarioMatcher[] }
  | { kind: 'expire'; id: string }
);

export interface Scenario {
  name: string;
  route: ScenarioRoute;
  inhibitRules: ScenarioInhibitRule[];
  actions: Action[];
}

const SECOND = 1000;
/** From here on nothing is compared, ms. */
export const HORIZON_MS = 20 * SECOND;
const LAST_ACTION_S = 14;

const RULES = ['api', 'db', '网关'];
const HOSTS = ['h1', 'h2', 'h3'];
const TEAMS = ['pay', 'ops'];
const SEVERITIES = ['critical', 'error', 'warning'];

export const ROOT: ScenarioRoute = {
  receiver: 'root',
  matchers: [],
  groupBy: ['rule'],
  groupWaitMs: 1500,
  groupIntervalMs: 3000,
  repeatIntervalMs: 3_600_000,
  continue: false,
  routes: [],
};

/** The scenario of a seed. */
export function scenarioOf(seed: number): Scenario {
  const random = new Random(seed);
  const route = { ...routeOf(random, 'root', 0), matchers: [], continue: false };
  const inhibitRules = random.chance(0.5) ? [inhibitRuleOf(random)] : [];
  const actions = [...alertsOf(random), ...(random.chance(0.5) ? silenceOf(random) : [])];
  return { name: `seed ${seed}`, route, inhibitRules, actions: actions.sort((a, b) => a.at - b.at) };
}

function routeOf(random: Random, receiver: string, depth: number): ScenarioRoute {
  const groupIntervalMs = random.pick([2, 3, 4]) * SECOND;
  const children = depth < 2 ? random.between(0, 3 - depth) : 0;
  return {
    receiver,
    matchers: Array.from({ length: random.between(1, 2) }, () => matcherText(matcherOf(random))),
    // An empty list below the root is a difference on purpose.
    groupBy: random.pick([
      ['rule'],
      ['...'],
      ['host'],
      ['rule', 'team', 'absent'],
      ...(depth === 0 ? [[]] : []),
    ]),
    groupWaitMs: random.pick([500, 1500, 2500]),
    groupIntervalMs,
    // Between two beats of the group, so that no repeat depends on milliseconds.
    repeatIntervalMs: random.chance(0.4) ? random.between(1, 2) * groupIntervalMs + 1000 : 3_600_000,
    continue: random.chance(0.4),
    routes: Array.from({ length: children }, (_, index) =>
      routeOf(random, `${receiver}_${index}`, depth + 1),
    ),
  };
}

function matcherOf(random: Random): ScenarioMatcher {
  return random.pick<() => ScenarioMatcher>([
    () => ({ label: 'rule', operator: '=', value: random.pick(RULES) }),
    () => ({ label: 'rule', operator: '=~', value: random.pick(['api|db', '.*', 'a', '网.*']) }),
    () => ({ label: 'severity', operator: '!=', value: random.pick(SEVERITIES) }),
    () => ({ label: 'host', operator: '!~', value: random.pick(['h[12]', 'h', '']) }),
    () => ({ label: 'team', operator: '=', value: random.pick([...TEAMS, '']) }),
  ])();
}

export function matcherText({ label, operator, value }: ScenarioMatcher): string {
  return `${label}${operator}${JSON.stringify(value)}`;
}

function inhibitRuleOf(random: Random): ScenarioInhibitRule {
  return {
    name: 'inhibit',
    sourceMatchers: [random.pick(['severity="critical"', 'rule="api"', 'host=~"h1|h2"'])],
    targetMatchers: [random.pick(['severity=~"error|warning"', 'rule!="api"', 'host=~"h2|h3"'])],
    equal: random.pick([[], ['team'], ['host'], ['absent']]),
  };
}

function alertsOf(random: Random): Action[] {
  const names = new Set<string>();
  return Array.from({ length: random.between(3, 8) }).flatMap((): Action[] => {
    const labels: Labels = {
      rule: random.pick(RULES),
      host: random.pick(HOSTS),
      severity: random.pick(SEVERITIES),
      ...(random.chance(0.7) ? { team: random.pick(TEAMS) } : {}),
    };
    const name = JSON.stringify([labels.rule, labels.host, labels.team]);
    if (names.has(name)) return [];
    names.add(name);
    const from = random.between(0, 8);
    const to = from + random.between(2, 12);
    const fire: Action = { at: from * SECOND, kind: 'fire', labels };
    return to > LAST_ACTION_S ? [fire] : [fire, { at: to * SECOND, kind: 'resolve', labels }];
  });
}

function silenceOf(random: Random): Action[] {
  const id = 's1';
  const from = random.between(0, 6);
  const matchers: ScenarioMatcher[] = [
    { label: 'rule', operator: '=~', value: random.pick(RULES) },
    ...(random.chance(0.5) ? [matcherOf(random)] : []),
  ];
  const to = from + random.between(3, 12);
  const begin: Action = { at: from * SECOND, kind: 'silence', id, matchers };
  return to > LAST_ACTION_S ? [begin] : [begin, { at: to * SECOND, kind: 'expire', id }];
}

/** What somebody was told. */
export interface Said {
  /** ms since the beginning. */
  at: number;
  receiver: string;
  status: 'firing' | 'resolved';
  groupLabels: string;
  firing: string[];
  resolved: string[];
}

/** One text for labels in any order. */
export function labelsText(labels: Labels): string {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

export function saidOf(
  at: number,
  told: {
    receiver: string;
    status: string;
    groupLabels: Labels;
    alerts: { status: string; labels: Labels }[];
  },
): Said {
  const of = (status: string) =>
    told.alerts
      .filter((alert) => alert.status === status)
      .map(({ labels }) => labelsText(labels))
      .sort();
  return {
    at,
    receiver: told.receiver,
    status: told.status === 'firing' ? 'firing' : 'resolved',
    groupLabels: labelsText(told.groupLabels),
    firing: of('firing'),
    resolved: of('resolved'),
  };
}
