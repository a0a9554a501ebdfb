/**
 * What users change at the worst of times: receivers with deliveries under way, inhibition between two flushes, silences
 * that begin as a group speaks and are cut short, dead letters that are sent again. On some days nobody does.
 */
import type { RawItem } from '../../shared/config/items.ts';
import type { Silence } from '../../shared/routing/silences.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import { GROUPS } from './users.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

type Body = Record<string, unknown>;

export function upset(scenario: Scenario, random: Random): Scenario {
  if (random.chance(0.5)) return scenario;
  const { calmFrom, items, events } = scenario;
  const first = events[0]?.timestamp ?? calmFrom;
  const between = () => random.between(first, calmFrom);
  const changed = random.chance(0.5) ? [random.pick(items.filter(isEditable))] : [];
  const edits = changed.flatMap((item) => {
    const at = between();
    const back = { at: Math.min(at + random.between(0, 10 * MINUTE_MS), calmFrom), body: item.body as Body };
    return [{ at, body: worseThan(item, random) }, back].map((edit) => ({
      ...edit,
      kind: item.kind,
      id: item.id,
    }));
  });
  const silences = random.chance(0.5)
    ? Array.from({ length: random.between(1, 4) }, (_, index) => silenceOf(random, scenario, index))
    : [];
  const cutShort = silences
    .filter(() => random.chance(0.5))
    .map(({ id, startsAt, endsAt }) => ({ id, at: random.between(startsAt, endsAt ?? calmFrom) }));
  const redrivenAt = random.chance(0.5) ? [between(), calmFrom + random.between(0, 60) * MINUTE_MS] : [];
  const stoodIn = random.chance(0.5);
  return {
    ...scenario,
    items: stoodIn ? items.map(withFallback) : items,
    edits: [...scenario.edits, ...(edits as Scenario['edits'])].sort((a, b) => a.at - b.at),
    silences: [...scenario.silences, ...silences],
    cutShort,
    redrivenAt,
    isQuietened: true,
    halfEdited: changed.filter(({ kind }) => kind === 'receiver').map(({ id }) => id),
  };
}

/** What one receiver cannot tell, another does. */
function withFallback(item: RawItem): RawItem {
  if (item.kind !== 'receiver' || item.id !== 'ops') return item;
  return { ...item, body: { ...(item.body as Body), fallback: 'both' } };
}

function isEditable({ kind }: RawItem): boolean {
  return kind === 'receiver' || kind === 'inhibitRule' || kind === 'timeInterval';
}

/** Somebody takes it away, or a part of it. */
function worseThan({ kind, body }: RawItem, random: Random): Body | null {
  if (kind !== 'receiver' || random.chance(0.4)) return null;
  const { feishu: _feishu, ...rest } = body as Body;
  const other = { ...rest, email: [{ to: ['other@example.com'] }] };
  return random.pick([other, { ...(body as Body), email: 'broken' }]);
}

/** About one rule or one group, from when a group may be about to speak of an event. */
function silenceOf(random: Random, { events, rules }: Scenario, index: number): Silence {
  const at = events.length === 0 ? 0 : random.pick(events).timestamp;
  const startsAt = at + random.pick([0, 5, 30, 60]) * SECOND_MS + random.between(-2_000, 4_000);
  const matcher = random.chance(0.5)
    ? { label: 'rule', operator: '=' as const, value: random.pick(rules).id }
    : { label: 'g', operator: '=' as const, value: random.pick(GROUPS) };
  return {
    id: `brief-${index}`,
    matchers: [matcher],
    startsAt,
    endsAt: startsAt + random.pick([SECOND_MS, 20 * SECOND_MS, 3 * MINUTE_MS]),
    recurs: random.chance(0.2) ? { specs: [minutesOf(startsAt)] } : null,
    author: 'Wei',
    comment: 'for a moment',
    createdAt: startsAt,
  };
}

/** The minute of the day that a time lies in. */
function minutesOf(at: number) {
  const startMinute = Math.floor((at % 86_400_000) / MINUTE_MS);
  const always = { weekdays: [], daysOfMonth: [], months: [], years: [] };
  return { ...always, times: [{ startMinute, endMinute: startMinute + 1 }], location: 'UTC' };
}
