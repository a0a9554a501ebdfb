/** What was never seen before, worked out the slow way, and whether it was told (contract §1.3, `novel`). */
import type { LogEvent } from '../../../shared/logs/event.ts';
import { NOVEL_RULE, type SimulatedRoute } from '../users.ts';
import { channelsOf, type Findings, isTold } from './checks.ts';
import { nameOf } from './told.ts';

/** Every value is alerted once, as of an event that brought it, and told; `certain` and `possible` as for the truths. */
export async function noveltiesAreTold(
  findings: Findings,
  certain: ReadonlySet<LogEvent>,
  possible: ReadonlySet<LogEvent>,
): Promise<string[]> {
  const seen = timesByValue(possible);
  const found = findings.episodes.filter(({ alert }) => alert.ruleId === NOVEL_RULE.id);
  const wrong = found
    .filter(({ alert }) => !seen.get(alert.labels.value ?? '')?.has(alert.startsAt))
    .map(({ alert }) => `${nameOf(alert)} was alerted as of ${alert.startsAt}, when nobody logged it`);
  for (const value of timesByValue(certain).keys()) {
    const name = `${NOVEL_RULE.id}/${value}`;
    const [episode, ...others] = found.filter(({ alert }) => nameOf(alert) === name);
    if (others.length > 0) wrong.push(`${name} was alerted ${others.length + 1} times`);
    if (episode === undefined) wrong.push(`${name} was never alerted`);
    else if (episode.withheld === null) wrong.push(...(await untold(findings, name, episode.alert.startsAt)));
  }
  return wrong;
}

function timesByValue(events: ReadonlySet<LogEvent>): Map<string, Set<number>> {
  const times = new Map<string, Set<number>>();
  for (const { message, timestamp } of events) {
    const { v } = JSON.parse(message) as { v: string };
    times.set(v, (times.get(v) ?? new Set()).add(timestamp));
  }
  return times;
}

/** Where routes were edited meanwhile, it is told by one or another. */
async function untold(findings: Findings, name: string, at: number): Promise<string[]> {
  for (const route of findings.routes) if (await isToldBy(findings, name, at, route)) return [];
  return [`${name} was not told to all who should hear of it`];
}

async function isToldBy(findings: Findings, name: string, at: number, route: SimulatedRoute) {
  const span = { from: at, to: at + 1 };
  for (const receiver of route.receivers[NOVEL_RULE.id] ?? []) {
    for (const kind of channelsOf(findings, receiver)) {
      if (!(await isTold(findings, name, span, receiver, kind))) return false;
    }
  }
  return true;
}
