import type { NotifiedAlert } from '../alerts/notification.ts';
import { slicingOf } from '../count/slices.ts';

/** A value of the condition, in its base unit, at a moment (ms). */
export interface Point {
  at: number;
  value: number;
}

/**
 * What the condition compares with its threshold, over time, in at most `pointsMax` steps of equal length up to
 * `until` (ms). A count is stored as matches by slice and becomes the sum of the window that ends there; of the
 * points that fall into one step the worst is kept, so that no breach is smoothed away.
 */
export function curveOf(alert: NotifiedAlert, until: number, pointsMax: number): Point[] {
  const points = alert.condition.kind === 'count' ? windowSums(alert, until) : alert.series;
  return thinned(points, pointsMax, worseOf(alert));
}

function windowSums({ condition, series }: NotifiedAlert, until: number): Point[] {
  const [first, last] = [series[0], series.at(-1)];
  if (condition.kind !== 'count' || first === undefined || last === undefined) return [];
  const { sliceMs, windowSlices } = slicingOf(condition.withinMs);
  const counts = new Map(series.map(({ at, value }) => [at, value]));
  const end = Math.min(Math.max(last.at, until - sliceMs), last.at + windowSlices * sliceMs);
  const points: Point[] = [{ at: first.at, value: 0 }];
  let sum = 0;
  for (let at = first.at; at <= end; at += sliceMs) {
    sum += (counts.get(at) ?? 0) - (counts.get(at - windowSlices * sliceMs) ?? 0);
    points.push({ at: at + sliceMs, value: sum });
  }
  return points;
}

function worseOf({ condition }: NotifiedAlert): (a: number, b: number) => number {
  const falls =
    ('is' in condition && condition.is.operator.startsWith('<')) ||
    (condition.kind === 'anomaly' && condition.direction === 'down');
  return falls ? Math.min : Math.max;
}

function thinned(points: readonly Point[], pointsMax: number, worse: (a: number, b: number) => number) {
  const each = Math.ceil(points.length / pointsMax);
  if (each <= 1) return [...points];
  const kept: Point[] = [];
  for (let end = points.length; end > 0; end -= each) {
    const together = points.slice(Math.max(0, end - each), end);
    const at = together.at(-1)?.at ?? 0;
    kept.push({ at, value: together.map(({ value }) => value).reduce((a, b) => worse(a, b)) });
  }
  return kept.reverse();
}
