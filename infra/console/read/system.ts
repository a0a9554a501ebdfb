/** How the whole does: what goes through, how late, and what is in the way. */
import { readActivity } from '../../../shared/activity.ts';
import { dueKeys } from '../../../shared/due.ts';
import type { Table } from '../../../shared/ports.ts';
import { loadItems, publishedHead } from '../../../shared/snapshot/publish.ts';
import { monthUsage, STRETCH_MS, stretchesSince } from '../../../shared/usage.ts';
import { FLOW_MS } from '../journal.ts';
import type { ConsolePlace } from '../place.ts';
import type { Visit } from '../visit.ts';
import { readConfiguration } from './configuration.ts';

const SHOWN_MS = 86_400_000;

/** Answers `GET /api/system`: what is read, what is due, what the month has cost, and what is wrong. */
export async function getSystem({ place, now }: Visit): Promise<unknown> {
  const { state, journal, stack } = place;
  const [activity, due, head, items, month, flow] = await Promise.all([
    readActivity(state),
    dueKeys(state, Number.MAX_SAFE_INTEGER),
    publishedHead(state),
    loadItems(state),
    readMonth(place, now),
    journal === null ? storedFlow(state, now) : null,
  ]);
  const logGroups = [...activity.event]
    .filter(([, lastEvent]) => lastEvent > 0)
    .map(([name, lastEvent]) => ({ name, lastEvent }));
  const overdue = due.map(({ dueAt }) => now - dueAt).filter((late) => late > 0);
  return {
    now,
    logGroups: logGroups.toSorted((a, b) => b.lastEvent - a.lastEvent),
    timers: { standing: due.length, overdue: overdue.length, latestMs: Math.max(0, ...overdue) },
    configuration: {
      version: head.version,
      checkedAt: Number.isFinite(head.checkedAt) ? head.checkedAt : null,
      items: items.length,
      broken: items.filter(({ problems }) => problems.length > 0).length,
    },
    urls: stack.urls,
    month,
    flow: flow ?? { everyMs: FLOW_MS, points: journal?.flows ?? [] },
    totals: journal?.totals ?? null,
    mishaps: journal?.mishaps ?? [],
  };
}

/** The sums of this month and what they come to; `isOnAws`: it really is paid. */
async function readMonth({ state, bill, journal }: ConsolePlace, now: number) {
  const [{ since, ...usage }, configuration] = await Promise.all([
    monthUsage(state, now),
    readConfiguration(state),
  ]);
  if (since === null) return null;
  return { since, usage, bill: bill(configuration, usage, now - since), isOnAws: journal === null };
}

/** What functions elsewhere noted in the last day. */
async function storedFlow(state: Table, now: number) {
  const stretches = await stretchesSince(state, now - SHOWN_MS);
  const points = stretches.map(({ at, events, matched, lagMs }) => ({ at, events, matched, lagMs }));
  return { everyMs: STRETCH_MS, points };
}
