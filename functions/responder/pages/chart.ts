/** The alert's value over time against its threshold, as SVG that needs neither scripts nor styles of its own. */
import type { NotifiedAlert } from '../../../shared/alerts/notification.ts';
import { slicingOf } from '../../../shared/count/slices.ts';
import { formatValue } from '../../../shared/text/condition.ts';
import { escapeHtml } from '../../../shared/text/html.ts';
import { formatClock } from '../../../shared/text/times.ts';
import type { Reader } from './frame.ts';
import { pageWord } from './words.ts';

const WIDTH = 680;
const HEIGHT = 240;
const PLOT = { left: 8, right: 672, top: 30, bottom: 208 };
const POINTS_MAX = 400;

interface Point {
  /** ms */
  at: number;
  value: number;
}

/** The chart of an alert as it stands at `now` (ms); empty where there is little to see. */
export function chartSvg(alert: NotifiedAlert, now: number, reader: Reader): string {
  const points = curveOf(alert, alert.endsAt ?? now).slice(-POINTS_MAX);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return '';
  const threshold = thresholdOf(alert);
  const top = Math.max(...points.map(({ value }) => value), threshold ?? 0) * 1.1 || 1;
  const x = (at: number) => PLOT.left + ((at - first.at) / (last.at - first.at)) * (PLOT.right - PLOT.left);
  const y = (value: number) => PLOT.bottom - (Math.max(0, value) / top) * (PLOT.bottom - PLOT.top);
  const line = stepsThrough(points, x, y);
  const text = (value: number) => formatValue(alert.condition, value, reader.locale);
  const clock = (at: number) => formatClock(at, reader.timeZone);
  return (
    `<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(pageWord('chartLabel', reader.locale))}">` +
    `<path class="area" d="${line}V${PLOT.bottom}H${PLOT.left}Z"/><path class="curve" d="${line}"/>` +
    `<line class="axis" x1="${PLOT.left}" x2="${PLOT.right}" y1="${PLOT.bottom}" y2="${PLOT.bottom}"/>` +
    (threshold === null
      ? ''
      : limitLine(y(threshold), `${pageWord('threshold', reader.locale)} ${text(threshold)}`)) +
    `<text class="end" x="${PLOT.right}" y="20">${escapeHtml(text(last.value))}</text>` +
    `<text x="${PLOT.left}" y="232">${clock(first.at)}</text><text class="end" x="${PLOT.right}" y="232">${clock(last.at)}</text></svg>`
  );
}

function limitLine(y: number, label: string): string {
  const at = y.toFixed(1);
  return (
    `<line class="limit" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}"/>` +
    `<text x="${PLOT.left}" y="${(y - 6).toFixed(1)}">${escapeHtml(label)}</text>`
  );
}

function stepsThrough(points: readonly Point[], x: (at: number) => number, y: (value: number) => number) {
  return points
    .map(({ at, value }, index) => {
      const [across, up] = [x(at).toFixed(1), y(value).toFixed(1)];
      return index === 0 ? `M${across} ${up}` : `H${across}V${up}`;
    })
    .join('');
}

function thresholdOf({ condition }: NotifiedAlert): number | null {
  return 'is' in condition ? condition.is.threshold : null;
}

/** What the condition compares, over time. A count's series holds matches per slice; others hold the value itself. */
function curveOf({ condition, series }: NotifiedAlert, until: number): Point[] {
  if (condition.kind !== 'count') return series;
  const [first, last] = [series[0], series.at(-1)];
  if (first === undefined || last === undefined) return [];
  const { sliceMs, windowSlices } = slicingOf(condition.withinMs);
  const counts = new Map(series.map(({ at, value }) => [at, value]));
  const points: Point[] = [{ at: first.at, value: 0 }];
  const end = Math.min(Math.max(last.at, until), last.at + windowSlices * sliceMs);
  let sum = 0;
  for (let at = first.at; at <= end; at += sliceMs) {
    sum += (counts.get(at) ?? 0) - (counts.get(at - windowSlices * sliceMs) ?? 0);
    points.push({ at: at + sliceMs, value: sum });
  }
  return points;
}
