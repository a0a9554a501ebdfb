/** The alert's value over time against its threshold, as SVG that needs neither scripts nor styles of its own. */
import type { ChartWords } from '../../../shared/channels/alert-chart.ts';
import { escapeHtml } from '../../../shared/text/html.ts';
import { formatClock } from '../../../shared/text/times.ts';
import type { Reader } from './frame.ts';
import { pageWord } from './words.ts';

const WIDTH = 680;
const HEIGHT = 240;
const PLOT = { left: 8, right: 672, top: 34, bottom: 208 };

/** A chart as SVG of its own; empty where there is nothing to draw. */
export function chartSvg(
  { caption, points, threshold, thresholdText, topText }: ChartWords,
  reader: Reader,
): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return '';
  const top = Math.max(...points.map(({ value }) => value), threshold ?? 0) || 1;
  const x = (at: number) =>
    PLOT.left + ((at - first.at) / Math.max(1, last.at - first.at)) * (PLOT.right - PLOT.left);
  const y = (value: number) => PLOT.bottom - (Math.max(0, value) / top) * (PLOT.bottom - PLOT.top);
  const line = points
    .map(({ at, value }, index) => {
      const [across, up] = [x(at).toFixed(1), y(value).toFixed(1)];
      return index === 0 ? `M${across} ${up}` : `H${across}V${up}`;
    })
    .join('');
  const limit = threshold === null ? '' : limitLine(y(threshold), limitLabel(thresholdText, reader));
  const clock = (at: number) => formatClock(at, reader.timeZone);
  return (
    `<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(caption)}">` +
    `<text x="${PLOT.left}" y="20">${escapeHtml(caption)}</text><text class="end" x="${PLOT.right}" y="20">${escapeHtml(topText)}</text>` +
    `<path class="area" d="${line}V${PLOT.bottom}H${PLOT.left}Z"/><path class="curve" d="${line}"/>` +
    `<line class="axis" x1="${PLOT.left}" x2="${PLOT.right}" y1="${PLOT.bottom}" y2="${PLOT.bottom}"/>${limit}` +
    `<text x="${PLOT.left}" y="232">${clock(first.at)}</text><text class="end" x="${PLOT.right}" y="232">${clock(last.at)}</text></svg>`
  );
}

function limitLabel(text: string | null, { locale }: Reader): string {
  const name = pageWord('threshold', locale);
  return text === null ? name : `${name} ${text}`;
}

/** The label stands above the line, below it where there is no room. */
function limitLine(y: number, label: string): string {
  const at = y.toFixed(1);
  const text = (y < PLOT.top + 26 ? y + 20 : y - 7).toFixed(1);
  return (
    `<line class="limit" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}"/>` +
    `<text x="${PLOT.left}" y="${text}">${escapeHtml(label)}</text>`
  );
}
