/** What users write: rules, receivers, routes, and what they change while all of it runs. */
import type { RawItem } from '../../shared/config/items.ts';
import type { Random } from './random.ts';

export const WORDS = ['alpha', 'bravo', 'charlie'];
export const GROUPS = ['a', 'b', 'c'];

type Body = Record<string, unknown>;

export interface SimulatedRule {
  id: string;
  /** A line that holds it matches. */
  word: string;
  /** As few matches as fire. */
  threshold: number;
  withinMs: number;
  grouped: boolean;
  /** So many groups count by themselves; absent: all. */
  maxGroups?: number;
  records: boolean;
  /** Judged over windows that are over, by the evaluator; otherwise with every batch. */
  timed: boolean;
  body: Body;
}

/** Who hears of which rule (by id), by the tree. */
export interface SimulatedRoute {
  receivers: Record<string, string[]>;
  groupIntervalMs: number;
  body: Body;
}

/** Somebody edits an item of the config table by hand; a body of null deletes it. */
export interface Edit {
  at: number;
  kind: 'rule' | 'route' | 'receiver' | 'inhibitRule' | 'timeInterval';
  id: string;
  body: Body | null;
  /** What the rule or route then is; undefined where the edit is broken, null where it is off. */
  rule?: SimulatedRule | null;
  route?: SimulatedRoute;
}

export const RECEIVERS: Body[] = [
  { name: 'ops', email: [{ to: ['ops@example.com'] }] },
  { name: 'both', email: [{ to: ['both@example.com'] }], feishu: [{ webhook: 'secret:bot' }] },
  { name: 'mute' },
];
const RENAMED = '-2';

export function renamed(receiver: string): string {
  return `${receiver}${RENAMED}`;
}

/** What a receiver was called in the beginning. */
export function firstNameOf(receiver: string): string {
  return receiver.endsWith(RENAMED) ? receiver.slice(0, -RENAMED.length) : receiver;
}

/** The channels of each. */
export const CHANNELS: Record<string, string[]> = {
  ops: ['email'],
  both: ['email', 'feishu'],
  mute: [],
  [renamed('ops')]: ['email'],
  [renamed('both')]: ['email', 'feishu'],
};

const DURATIONS: Record<string, number> = {
  '0s': 0,
  '5s': 5_000,
  '10s': 10_000,
  '30s': 30_000,
  '1m': 60_000,
  '2m': 120_000,
  '5m': 300_000,
};

/** A rule of every event, on values never seen before. */
export const NOVEL_RULE: Body & { id: string } = {
  id: 'unseen',
  match: { keyword: '"n":' },
  when: { novel: '$.v', learn: '0s' },
};

/** One in so many rules waits for so much that functions take its series for hot. */
const HOT_CHANCE = 0.01;

export function ruleOf(random: Random, word: string): SimulatedRule {
  const threshold = random.chance(HOT_CHANCE) ? random.between(400, 900) : random.between(1, 8);
  const within = random.pick(['10s', '1m', '2m', '5m']);
  const grouped = random.chance(0.4);
  const records = random.chance(0.1);
  const timed = random.chance(0.25);
  const is = random.chance(0.5) ? `>= ${threshold}` : `> ${threshold - 1}`;
  const body = {
    id: word,
    match: { keyword: word },
    // Every event carries a one: their sum is their count.
    when: timed ? { value: '$.one', stat: 'sum', is, within } : { count: is, within },
    ...(grouped ? { groupBy: ['$.g'] } : {}),
    ...(records ? { action: 'record' } : {}),
  };
  return { id: word, word, threshold, withinMs: DURATIONS[within] ?? 0, grouped, records, timed, body };
}

export function routeOf(random: Random, rules: SimulatedRule[]): SimulatedRoute {
  const root = random.pick(['ops', 'both']);
  const special = random.chance(0.5) ? random.pick(rules).id : null;
  const other = random.pick(['ops', 'both', 'mute']);
  const groupInterval = random.pick(['30s', '1m', '5m']);
  const child = {
    matchers: [`rule="${special}"`],
    receiver: other,
    groupInterval: random.pick(['30s', '2m']),
    continue: random.chance(0.3),
  };
  const body = {
    receiver: root,
    groupBy: random.pick([['rule'], [], ['...'], ['rule', 'g']]),
    groupWait: random.pick(['0s', '5s', '30s']),
    groupInterval,
    repeatInterval: random.pick(['4h', '4h', '5m']),
    ...(special === null ? {} : { routes: [child] }),
  };
  const ids = [...rules.map(({ id }) => id), NOVEL_RULE.id, 'asked'];
  const receivers = Object.fromEntries(ids.map((id) => [id, [id === special ? other : root]]));
  return { receivers, groupIntervalMs: Math.max(DURATIONS[groupInterval] ?? 0, 120_000), body };
}

export function itemsOf(rules: SimulatedRule[], route: SimulatedRoute, isNovel: boolean): RawItem[] {
  const bodies = [...rules.map(({ body }) => body), ...(isNovel ? [NOVEL_RULE] : [])];
  return [
    ...bodies.map((body): RawItem => ({ kind: 'rule', id: String(body.id), body })),
    ...RECEIVERS.map((body): RawItem => ({ kind: 'receiver', id: String(body.name), body })),
    { kind: 'route', id: 'root', body: route.body },
  ];
}

/** Edits of one rule, the last of which may leave it deleted or disabled, and sometimes of the route. */
export function editsOf(random: Random, rules: SimulatedRule[], start: number, durationMs: number): Edit[] {
  const rule = random.pick(rules);
  const edits = Array.from({ length: random.between(1, 3) }, () => {
    const at = start + random.between(0, durationMs);
    if (!random.chance(0.2)) return editOf(random, rule, at);
    const route = routeOf(random, rules);
    return { at, kind: 'route' as const, id: 'root', body: route.body, route };
  });
  return edits.sort((a, b) => a.at - b.at);
}

function editOf(random: Random, rule: SimulatedRule, at: number): Edit {
  const { id, body } = rule;
  const edit = { at, kind: 'rule' as const, id };
  const threshold = random.between(1, 6);
  const when = { count: threshold, within: '1m' };
  const changes: (() => Edit)[] = [
    () => ({ ...edit, body: null, rule: null }),
    () => ({ ...edit, body, rule }),
    () => ({ ...edit, body: { ...body, enabled: false }, rule: null }),
    () => ({ ...edit, body: { ...body, severity: 'critical' }, rule }),
    () => ({
      ...edit,
      body: { ...body, when },
      rule: { ...rule, threshold, withinMs: 60_000, timed: false },
    }),
    () => ({ ...edit, body: { ...body, match: '{ $.w = "broken' } }),
  ];
  return random.pick(changes)();
}
