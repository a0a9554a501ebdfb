import { growsInto } from '../conditions/compare.ts';
import { judgeCount } from '../conditions/count.ts';
import type { Table } from '../ports.ts';
import type { NotifiedAlert } from './notification.ts';

const CHART_POINTS_MAX = 120;

/**
 * A firing alert as it stands at `now` (ms): the value of the latest window that holds, the peak, the chart. What the
 * matcher claimed was true when the threshold was crossed; a message should say what is true when it leaves.
 */
export async function refreshed(
  state: Table,
  alert: NotifiedAlert,
  generation: string,
  now: number,
): Promise<NotifiedAlert> {
  const { ruleId, fingerprint, startsAt, condition } = alert;
  // What was measured over windows is true of the window that was judged, and of no other counters.
  if (condition.kind !== 'count' || !growsInto(condition.is) || alert.measured !== undefined) return alert;
  const from = Math.min(Math.max(startsAt, now - condition.withinMs), now);
  const judged = await judgeCount(
    state,
    { ruleId, generation, fingerprint },
    condition,
    from,
    Math.max(now, from),
  );
  const series = judged.series.slice(-CHART_POINTS_MAX);
  const run = judged.runs.findLast((candidate) => candidate.startsAt <= now && candidate.endsAt > startsAt);
  if (run === undefined) return series.length > 0 ? { ...alert, series } : alert;
  return { ...alert, series, value: run.value, peak: Math.max(alert.peak, run.peak) };
}
