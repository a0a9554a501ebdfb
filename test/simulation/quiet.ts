/** What users do about noise: silences, mutes, inhibition, escalation, limits. On some days they do nothing. */
import type { Silence } from '../../shared/routing/silences.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';

const MINUTE_MS = 60_000;

type Body = Record<string, unknown>;

/** The scenario with whatever its users do about noise from `start` (ms, 02:00 UTC) on. */
export function quietened(scenario: Scenario, random: Random, start: number): Scenario {
  if (random.chance(0.5)) return scenario;
  const limit = random.chance(0.3) ? random.pick(['2/m', '10/m']) : null;
  const muted = random.chance(0.4);
  const escalated = random.chance(0.4);
  const items = scenario.items.map((item) => {
    if (item.kind === 'receiver' && limit !== null)
      return { ...item, body: { ...(item.body as Body), limit } };
    if (item.kind !== 'route') return item;
    return { ...item, body: routeOf(random, item.body as Body, muted, escalated) };
  });
  const lunch = { startTime: minuteText(random.between(0, 10)), endTime: minuteText(random.between(11, 40)) };
  if (muted)
    items.push({
      kind: 'timeInterval',
      id: 'lunch',
      body: { name: 'lunch', timeIntervals: [{ times: [lunch] }] },
    });
  if (random.chance(0.4)) items.push({ kind: 'inhibitRule', id: 'down', body: inhibitRuleOf(random) });
  const silences = random.chance(0.5) ? [silenceOf(random, scenario, start)] : [];
  const { calmFrom } = scenario;
  const acknowledgedAt = random.chance(0.4)
    ? [random.between(start, calmFrom), random.between(start, calmFrom)]
    : [];
  return { ...scenario, items, silences, acknowledgedAt, isQuietened: true, isLimited: limit !== null };
}

/** The root route takes every alert at any time, so it is the one below that is muted. */
function routeOf(random: Random, body: Body, muted: boolean, escalated: boolean): Body {
  const routes = Array.isArray(body.routes) ? (body.routes as Body[]) : [];
  return {
    ...body,
    ...(escalated ? { escalate: [{ after: random.pick(['30s', '90s']), receiver: 'both' }] } : {}),
    routes: routes.map((route) => (muted ? { ...route, muteTimeIntervals: ['lunch'] } : route)),
  };
}

function minuteText(minute: number): string {
  return `02:${String(minute).padStart(2, '0')}`;
}

function inhibitRuleOf(random: Random): Body {
  const equal = random.chance(0.5) ? ['g'] : [];
  return { name: 'down', sourceMatchers: ['rule="alpha"'], targetMatchers: ['rule=~"alpha|bravo"'], equal };
}

function silenceOf(random: Random, { rules, calmFrom }: Scenario, start: number): Silence {
  const startsAt = start + random.between(0, (calmFrom - start) / 2);
  return {
    id: 'quiet',
    matchers: [{ label: 'rule', operator: '=', value: random.pick(rules).id }],
    startsAt,
    endsAt: startsAt + random.between(3, 30) * MINUTE_MS,
    recurs: null,
    author: 'Wei',
    comment: 'maintenance',
    createdAt: startsAt,
  };
}
