/** How the whole does: what goes through, how late, and what is in the way. */
import { readActivity } from '../../../shared/activity.ts';
import { dueKeys } from '../../../shared/due.ts';
import { loadItems, publishedHead } from '../../../shared/snapshot/publish.ts';
import { FLOW_MS } from '../journal.ts';
import type { Visit } from '../visit.ts';

export async function getSystem({ place, now }: Visit): Promise<unknown> {
  const { state, journal, stack } = place;
  const [activity, due, head, items] = await Promise.all([
    readActivity(state),
    dueKeys(state, Number.MAX_SAFE_INTEGER),
    publishedHead(state),
    loadItems(state),
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
    flow:
      journal === null
        ? null
        : { everyMs: FLOW_MS, totals: journal.totals, points: journal.flows, mishaps: journal.mishaps },
  };
}
