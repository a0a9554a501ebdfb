/** The curve of a whole episode, for whoever opens its page; messages that tell an end carry its last windows. */
import { growsInto } from '../conditions/compare.ts';
import { readCounts } from '../count/read.ts';
import { type Slicing, sliceAt, sliceStart, slicingOf } from '../count/slices.ts';
import type { Table } from '../ports.ts';
import type { NotifiedAlert } from './notification.ts';

/** So many windows up to the end are drawn, of a longer episode the last ones. */
const WINDOWS_MAX = 24;

/**
 * The alert with its matches by slice up to its end, or `now` (ms), and its peak, as far as the counters are kept and
 * over the last `windows` windows.
 */
export async function withEpisodeChart(
  state: Table,
  alert: NotifiedAlert,
  generation: string,
  now: number,
  windows = WINDOWS_MAX,
): Promise<NotifiedAlert> {
  const { ruleId, fingerprint, startsAt, endsAt, condition, measured } = alert;
  if (condition.kind !== 'count' || !growsInto(condition.is) || measured !== undefined) return alert;
  const { withinMs } = condition;
  const slicing = slicingOf(withinMs);
  const until = Math.max(endsAt ?? now, startsAt);
  const from = Math.max(startsAt, until - windows * withinMs) - withinMs;
  const series = { ruleId, generation, fingerprint };
  const counts = await readCounts(state, series, sliceAt(from, slicing), sliceAt(until, slicing));
  if (counts.size === 0) return alert;
  const points = [...counts].map(([slice, value]) => ({ at: sliceStart(slice, slicing), value }));
  const sorted = points.sort((a, b) => a.at - b.at);
  return { ...alert, series: sorted, peak: Math.max(alert.peak, highestWindow(sorted, slicing)) };
}

function highestWindow(points: NotifiedAlert['series'], { sliceMs, windowSlices }: Slicing): number {
  let [sum, highest, oldest] = [0, 0, 0];
  for (const { at, value } of points) {
    sum += value;
    for (let past = points[oldest]; past !== undefined && past.at <= at - windowSlices * sliceMs; ) {
      sum -= past.value;
      oldest += 1;
      past = points[oldest];
    }
    highest = Math.max(highest, sum);
  }
  return highest;
}
