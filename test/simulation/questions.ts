/**
 * One rule more, on what the others do not ask: every other condition of the contract, with what it should find among
 * all events, worked out by brute force. On some days there is none.
 */
import { episodes, type Seen, stretches } from '../conditions/timed-oracle.ts';
import type { Span } from './oracle/truth.ts';
import type { Random } from './random.ts';
import { type Scenario, START } from './scenario.ts';
import type { LogDelivery } from './services.ts';
import type { Edit } from './users.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** So long after the last event somebody deletes what would hold for ever. */
const DELETED_AFTER_MS = 5 * MINUTE;
const ABSENCE_GRACE_MS = 30 * SECOND;

export const ASKED_ID = 'asked';

/** An event as this rule sees it. */
export interface SeenEvent extends Seen {
  id: string;
  stream: string;
  group: string;
  number: number;
  v: string;
  /** When it was delivered first, and when it was counted, ms, processing time. */
  deliveredAt: number;
  countedAt: number;
}

export interface Question {
  when: Record<string, unknown> | Record<string, unknown>[];
  /** The word that a line must hold to match; without one, every line does. */
  word: string;
  also?: Record<string, unknown>;
  keepFiringMs?: number;
  /** What must be told, by the set of all events; null: that hangs on when they came. */
  spans: ((events: SeenEvent[]) => Span[]) | null;
  /** It holds where nothing happens, until somebody deletes the rule. */
  lastsForEver?: boolean;
  /** More events can only make more of it hold. */
  grows?: boolean;
}

const ANY = '"n":';

export const QUESTIONS: Record<string, Question> = {
  ratio: {
    when: { ratio: '> 50%', within: '1m', atLeast: 4 },
    word: 'alpha',
    spans: (events) =>
      closed(events, firstOf(events), (all) => all.length >= 4 && matches(all).length / all.length > 0.5),
  },
  'ratio with for and keepFiring': {
    when: { ratio: '>= 40%', within: '1m' },
    word: 'alpha',
    also: { for: '20s', keepFiring: '1m' },
    keepFiringMs: MINUTE,
    spans: (events) =>
      closed(events, firstOf(events), (all) => all.length > 0 && matches(all).length / all.length >= 0.4, {
        forMs: 20 * SECOND,
        keepFiringMs: MINUTE,
      }),
  },
  spike: {
    when: { spike: '>= 2x', within: '1m', atLeast: 5 },
    word: ANY,
    spans: (events) =>
      closed(events, firstOf(events) + 2 * MINUTE, (now, before) => {
        return before.length >= 1 && now.length >= 5 && now.length >= 2 * before.length;
      }),
  },
  distinct: {
    when: { distinct: '$.v', is: '>= 4', within: '10s' },
    word: ANY,
    grows: true,
    spans: (events) => early(events, 11, (inside) => new Set(inside.map(({ v }) => v)).size >= 4),
  },
  'the largest of several': {
    when: { value: '$.n', stat: 'max', is: '>= 12', within: '30s', atLeast: 3 },
    word: ANY,
    grows: true,
    spans: (events) =>
      early(events, 31, (inside) => inside.length >= 3 && inside.some(({ number }) => number >= 12)),
  },
  consecutive: { when: { consecutive: 3 }, word: 'alpha', spans: rowsOf },
  change: { when: { change: '$.g' }, word: 'alpha', spans: changesIn },
  absent: { when: { absent: '1m', forget: '30m' }, word: 'alpha', spans: absencesIn },
  anomaly: { when: { anomaly: 2, over: 'count', within: '10s', baseline: '3m' }, word: ANY, spans: null },
  'the worst of two': {
    when: [
      { severity: 'critical', ratio: '> 60%', within: '1m', atLeast: 3 },
      { severity: 'warning', ratio: '> 20%', within: '1m', atLeast: 3 },
    ],
    word: 'alpha',
    spans: (events) =>
      closed(events, firstOf(events), (all) => all.length >= 3 && matches(all).length / all.length > 0.2),
  },
  'an average': {
    when: { value: '$.n', stat: 'avg', is: '> 9.5', within: '1m', atLeast: 3 },
    word: ANY,
    spans: (events) => closed(events, firstOf(events), (all) => all.length >= 3 && average(all) > 9.5),
  },
  'a percentile': {
    when: { value: '$.n', stat: 'p90', is: '>= 12.5', within: '1m', atLeast: 3 },
    word: ANY,
    spans: (events) => closed(events, firstOf(events), (all) => all.length >= 3 && ninetieth(all) > 12.5),
  },
  'absent by group': {
    when: { absent: '1m', forget: '20m', until: { keyword: 'charlie' } },
    word: 'alpha',
    also: { groupBy: ['$.g'] },
    spans: null,
  },
  flatline: { when: { count: '< 2', within: '1m' }, word: 'alpha', lastsForEver: true, spans: null },
  template: { when: { novel: 'template', learn: '1m' }, word: ANY, spans: null },
};

/** The scenario with one rule more. Every log stream ends with a line that matches nothing. */
export function questioned(scenario: Scenario, random: Random): Scenario {
  if (random.chance(0.4)) return scenario;
  const asked = random.pick(Object.keys(QUESTIONS));
  const {
    when,
    word,
    also = {},
    lastsForEver = false,
  } = QUESTIONS[asked] ?? { when: {}, word: '', spans: null };
  const body = { id: ASKED_ID, match: { keyword: word }, when, ...also };
  const { deliveries, events } = scenario;
  const last = Math.max(START, ...deliveries.map(({ at }) => at), ...events.map((event) => event.timestamp));
  const streams = [...new Set(deliveries.map(({ logStream }) => logStream))];
  const endings = streams.map((logStream, index): LogDelivery => {
    const message = JSON.stringify({ w: '', g: 'a', n: 0, v: 'v0', one: 1 });
    const id = `${index}`.padStart(56, '9');
    return { at: last + SECOND, logStream, events: [{ id, timestamp: last, message }] };
  });
  const deleted: Edit = { at: last + DELETED_AFTER_MS, kind: 'rule', id: ASKED_ID, body: null, rule: null };
  const { calmFrom } = scenario;
  return {
    ...scenario,
    asked,
    ...(lastsForEver
      ? { edits: [...scenario.edits, deleted], calmFrom: Math.max(calmFrom, deleted.at + MINUTE) }
      : {}),
    items: [...scenario.items, { kind: 'rule', id: ASKED_ID, body }],
    events: [...events, ...endings.flatMap((ending) => ending.events)],
    deliveries: [...deliveries, ...endings],
  };
}

/** The events of deliveries, each once, in their order; `counted`: when which was carried out, ms. */
export function seenIn(
  deliveries: Iterable<LogDelivery>,
  { word }: Question,
  counted: ReadonlyMap<LogDelivery, number>,
): SeenEvent[] {
  const seen = new Map<string, SeenEvent>();
  for (const delivery of deliveries) {
    const { logStream, events } = delivery;
    const countedAt = counted.get(delivery) ?? Number.POSITIVE_INFINITY;
    for (const { id, timestamp, message } of events) {
      const { g, n, v } = JSON.parse(message) as { g: string; n: number; v: string };
      const before = seen.get(id);
      const content = { matched: message.includes(word), value: n, group: g, number: n, v };
      const times = {
        deliveredAt: Math.min(delivery.at, before?.deliveredAt ?? delivery.at),
        countedAt: Math.min(countedAt, before?.countedAt ?? countedAt),
      };
      seen.set(id, { id, at: timestamp, stream: logStream, ...content, ...times });
    }
  }
  return [...seen.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

function matches<Event extends Seen>(events: readonly Event[]): Event[] {
  return events.filter(({ matched }) => matched);
}

function average(events: readonly Seen[]): number {
  return numbersOf(events).reduce((sum, number) => sum + number, 0) / events.length;
}

/** By the nearest rank. */
function ninetieth(events: readonly Seen[]): number {
  return numbersOf(events).sort((a, b) => a - b)[Math.ceil(0.9 * events.length) - 1] ?? 0;
}

function numbersOf(events: readonly Seen[]): number[] {
  return events.map(({ value }) => Number(value));
}

function firstOf(events: readonly SeenEvent[]): number {
  return Math.min(...events.map(({ at }) => at));
}

function lastOf(events: readonly SeenEvent[]): number {
  return Math.max(...events.map(({ at }) => at));
}

/** Windows of a minute that are judged once they are over. */
function closed(
  events: SeenEvent[],
  from: number,
  holds: (now: Seen[], before: Seen[]) => boolean,
  asked: { forMs?: number; keepFiringMs?: number } = {},
): Span[] {
  if (events.length === 0) return [];
  const held = stretches(events, SECOND, from, lastOf(events) + 3 * MINUTE, (inWindow, end) =>
    holds(inWindow(end - MINUTE, end), inWindow(end - 2 * MINUTE, end - MINUTE)),
  );
  const found = episodes(held, { ...asked, sliceMs: SECOND });
  return found.map(({ startsAt, heldUntil }) => ({ from: startsAt, to: heldUntil }));
}

/** Windows of so many slices that are judged with every write. */
function early(events: SeenEvent[], windowSlices: number, holds: (inside: SeenEvent[]) => boolean): Span[] {
  const inside = matches(events);
  if (inside.length === 0) return [];
  const [from, to] = [firstOf(inside), lastOf(inside) + windowSlices * SECOND];
  const found = stretches(inside, SECOND, from, to, (inWindow, end) => {
    return holds(inWindow(end - windowSlices * SECOND, end) as SeenEvent[]);
  });
  return found.map(({ startsAt, heldUntil }) => ({ from: startsAt - SECOND, to: heldUntil - SECOND }));
}

/** Three matches in a row of one stream. */
function rowsOf(events: SeenEvent[]): Span[] {
  const rows: Span[] = [];
  for (const stream of new Set(events.map((event) => event.stream))) {
    let inRow = 0;
    let open: Span | undefined;
    for (const { at, matched } of events.filter((event) => event.stream === stream)) {
      inRow = matched ? inRow + 1 : 0;
      if (inRow === 3) {
        open = { from: at, to: at };
        rows.push(open);
      }
      if (!matched && open !== undefined) [open.to, open] = [at, undefined];
    }
  }
  return rows.sort((a, b) => a.from - b.from);
}

function changesIn(events: SeenEvent[]): Span[] {
  const found = matches(events);
  return found.flatMap(({ at, group }, index) => {
    const before = found[index - 1];
    return before === undefined || before.group === group ? [] : [{ from: at, to: at }];
  });
}

/**
 * Nothing for a minute, and for as long as logs may be on their way. Nobody could know what was missed before the watch
 * began, or behind a match that was known only after a later one.
 */
function absencesIn(events: SeenEvent[]): Span[] {
  const found = matches(events);
  const watchedFrom = Math.min(...found.map(({ countedAt }) => countedAt));
  return found.flatMap(({ at, countedAt }, index) => {
    const next = found[index + 1];
    if (next === undefined || next.at - at <= MINUTE + ABSENCE_GRACE_MS) return [];
    const later = Math.min(...found.slice(index + 1).map(({ deliveredAt }) => deliveredAt));
    const isKnown = at >= watchedFrom && countedAt <= later;
    return isKnown ? [{ from: at + MINUTE, to: next.at }] : [];
  });
}
