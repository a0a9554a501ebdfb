import { growsInto } from '../conditions/compare.ts';
import { judgeCount } from '../conditions/count.ts';
import type { Table } from '../ports.ts';
import type { NotifiedAlert } from './notification.ts';
import { headKey, loadEpisode } from './store.ts';

const CHART_POINTS_MAX = 120;

/**
 * A firing alert as it stands at `now` (ms): the value of the latest window that holds, the peak, the chart. What the
 * matcher claimed was true when the threshold was crossed; a message should say what is true when it leaves. Counts are
 * read from their counters; of what else is measured, whoever looked last has written down what it found.
 */
export async function refreshed(
  state: Table,
  alert: NotifiedAlert,
  generation: string,
  now: number,
): Promise<NotifiedAlert> {
  const { ruleId, fingerprint, startsAt, condition, measured } = alert;
  if (condition.kind === 'absent') {
    // Another clause of the rule may have begun the alert: only the clause itself knows since when nothing came.
    const since = typeof measured?.since === 'number' ? measured.since : startsAt - condition.absentMs;
    const awayMs = Math.max(alert.value, now - since);
    return { ...alert, value: awayMs, peak: awayMs };
  }
  if (condition.kind !== 'count' || !growsInto(condition.is) || measured !== undefined) {
    return await asLastSeen(state, alert);
  }
  const from = Math.min(Math.max(startsAt, now - condition.withinMs), now);
  const judged = await judgeCount(
    state,
    { ruleId, generation, fingerprint },
    condition,
    from,
    Math.max(now, from),
  );
  const series = judged.chart().slice(-CHART_POINTS_MAX);
  const run = judged.runs.findLast((candidate) => candidate.startsAt <= now && candidate.endsAt > startsAt);
  if (run === undefined) return series.length > 0 ? { ...alert, series } : alert;
  return { ...alert, series, value: run.value, peak: Math.max(alert.peak, run.peak) };
}

async function asLastSeen(state: Table, alert: NotifiedAlert): Promise<NotifiedAlert> {
  const latest = await loadEpisode(state, headKey(alert.ruleId, alert.fingerprint));
  if (latest?.alert.startsAt !== alert.startsAt) return alert;
  const { value, peak, series, measured } = latest.alert;
  return { ...alert, value, peak, series, ...(measured === undefined ? {} : { measured }) };
}
