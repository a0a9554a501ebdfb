/**
 * What strains the product more rarely, each by a chance of its own: groups that wait for longer than a queue can delay,
 * receivers that ask for a wait, channels that fail at the same time for receivers that stand in for each other, hours
 * outside which a route is quiet, more groups than a rule may have, documents that are applied item by item, readers who
 * follow links. On most days there is nothing of it.
 */
import type { RawItem } from '../../shared/config/items.ts';
import { Random } from './random.ts';
import { type Scenario, START } from './scenario.ts';
import { type Edit, GROUPS, RECEIVERS, renamed, type SimulatedRoute } from './users.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

type Body = Record<string, unknown>;

export function strained(scenario: Scenario, seed: number): Scenario {
  const rarely: [number, number, (scenario: Scenario, random: Random) => Scenario][] = [
    [0x51061, 0.12, patient],
    [0x0429a, 0.12, askedToWait],
    [0xc07ff, 0.12, cutOff],
    [0x0ff1c, 0.1, outsideHours],
    [0x0f10d, 0.12, crowded],
    [0xa9913, 0.12, reapplied],
    [0xc11c4, 0.15, clicked],
  ];
  return rarely.reduce((strained, [own, chance, strain]) => {
    const random = new Random(seed + own);
    return random.chance(chance) ? strain(strained, random) : strained;
  }, scenario);
}

/** Groups wait for longer than SQS delays a message. */
function patient(scenario: Scenario, random: Random): Scenario {
  const [wait, waitMs] = random.pick([['0s', 0] as const, ['20m', 20 * MINUTE_MS] as const]);
  const minutes = random.pick([16, 20, 40]);
  const slow = (body: Body): Body => ({ ...body, groupWait: wait, groupInterval: `${minutes}m` });
  const patiently = (route: SimulatedRoute): SimulatedRoute => ({
    ...route,
    groupIntervalMs: Math.max(waitMs, minutes * MINUTE_MS),
    body: slow(route.body),
  });
  return {
    ...scenario,
    route: patiently(scenario.route),
    items: scenario.items.map((item) =>
      item.kind === 'route' ? { ...item, body: slow(item.body as Body) } : item,
    ),
    edits: scenario.edits.map((edit) =>
      edit.route === undefined || edit.body === null
        ? edit
        : { ...edit, body: slow(edit.body), route: patiently(edit.route) },
    ),
  };
}

/** A receiver bears no more for a while, and says for how long. */
function askedToWait(scenario: Scenario, random: Random): Scenario {
  const from = between(random, scenario);
  const to = from + random.pick([30 * SECOND_MS, 10 * MINUTE_MS, 40 * MINUTE_MS]);
  const afterMs = random.pick([SECOND_MS, 30 * SECOND_MS, 5 * MINUTE_MS, 2 * HOUR_MS, 30 * HOUR_MS]);
  const outage = { kind: random.pick(['email', 'feishu']), from, to, status: 429, afterMs };
  return { ...scenario, outages: [...scenario.outages, outage] };
}

/** Channels take nothing for a while, and receivers stand in for each other. */
function cutOff(scenario: Scenario, random: Random): Scenario {
  const from = between(random, scenario);
  const to = from + random.pick([30 * SECOND_MS, 5 * MINUTE_MS, scenario.calmFrom - START]);
  const kinds = random.pick([['email', 'feishu'], ['email', 'feishu'], ['email'], ['feishu']]);
  const outages = kinds.map((kind) => ({ kind, from, to, status: 400 }));
  const standsIn: Record<string, string> = { ops: 'both', both: 'ops' };
  const items = scenario.items.map((item): RawItem => {
    const fallback = item.kind === 'receiver' ? standsIn[item.id] : undefined;
    return fallback === undefined ? item : { ...item, body: { fallback, ...(item.body as Body) } };
  });
  return { ...scenario, items, outages: [...scenario.outages, ...outages] };
}

/** The routes below the first are quiet outside some minutes. */
function outsideHours(scenario: Scenario, random: Random): Scenario {
  const [opens, closes] = [random.between(1, 20), random.between(25, 40)];
  const times = [
    { startTime: `02:${pad(opens)}`, endTime: `02:${pad(closes)}` },
    { startTime: '03:00', endTime: '24:00' },
  ];
  const quietly = (body: Body): Body => {
    const routes = Array.isArray(body.routes) ? (body.routes as Body[]) : [];
    return { ...body, routes: routes.map((route) => ({ ...route, activeTimeIntervals: ['shift'] })) };
  };
  const items = scenario.items.map((item) =>
    item.kind === 'route' ? { ...item, body: quietly(item.body as Body) } : item,
  );
  const shift: RawItem = {
    kind: 'timeInterval',
    id: 'shift',
    body: { name: 'shift', timeIntervals: [{ times }] },
  };
  return { ...scenario, items: [...items, shift], isQuietened: true };
}

/** Rules bear fewer groups than there are. */
function crowded(scenario: Scenario, random: Random): Scenario {
  if (scenario.edits.length > 0) return scenario;
  const maxGroups = random.between(1, GROUPS.length - 1);
  const rules = scenario.rules.map((rule) =>
    rule.grouped ? { ...rule, maxGroups, body: { ...rule.body, maxGroups } } : rule,
  );
  const items = scenario.items.map((item) => {
    const own = rules.find(({ id }) => item.kind === 'rule' && id === item.id);
    return own === undefined ? item : { ...item, body: own.body };
  });
  return { ...scenario, rules, items };
}

/** Somebody renames a receiver everywhere: item by item, and where they are interrupted they begin again later. */
function reapplied(scenario: Scenario, random: Random): Scenario {
  const { items, route, edits } = scenario;
  const name = String(route.body.receiver);
  const receiver = RECEIVERS.find((one) => one.name === name);
  if (edits.length > 0 || receiver === undefined) return scenario;
  const other = renamed(name);
  const names = new RegExp(`"(receiver|fallback)":"${name}"`, 'g');
  const rename = (body: unknown): Body =>
    JSON.parse(JSON.stringify(body).replace(names, `"$1":"${other}"`)) as Body;
  const own = items.find(({ kind, id }) => kind === 'receiver' && id === name);
  const root = items.find(({ kind }) => kind === 'route');
  if (own === undefined || root === undefined) return scenario;
  const receivers = Object.fromEntries(
    Object.entries(route.receivers).map(([rule, told]) => [
      rule,
      told.map((one) => (one === name ? other : one)),
    ]),
  );
  const writes: Omit<Edit, 'at'>[] = [
    { kind: 'receiver', id: other, body: { ...(own.body as Body), name: other } },
    ...items
      .filter(({ kind, id, body }) => kind === 'receiver' && id !== name && (body as Body).fallback === name)
      .map(({ id, body }) => ({ kind: 'receiver' as const, id, body: rename(body) })),
    {
      kind: 'route',
      id: 'root',
      body: rename(root.body),
      route: { ...route, receivers, body: rename(route.body) },
    },
  ];
  if (random.chance(0.5)) writes.reverse();
  writes.push({ kind: 'receiver', id: name, body: null });
  let at = between(random, scenario);
  const applied = writes.map((write): Edit => {
    at += random.pick([5, 100, 2 * SECOND_MS, 90 * SECOND_MS]);
    return { ...write, at: Math.min(at, scenario.calmFrom) };
  });
  return { ...scenario, edits: applied };
}

/** Readers follow the links of what they are told. */
function clicked(scenario: Scenario, random: Random): Scenario {
  const clickedAt = Array.from({ length: random.between(1, 5) }, () => between(random, scenario));
  return { ...scenario, clickedAt, isQuietened: true };
}

function between(random: Random, { events, calmFrom }: Scenario): number {
  return random.between(events[0]?.timestamp ?? START, calmFrom);
}

function pad(minute: number): string {
  return String(minute).padStart(2, '0');
}
