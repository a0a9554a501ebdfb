import { escapeHtml } from '../../../shared/text/html.ts';

const WIDTH = 520;
const HEIGHT = 170;
const PLOT = { left: 40, right: 512, top: 12, bottom: 146 };

interface Point {
  label: string;
  value: number;
}

interface Series {
  name: string;
  points: Point[];
}

/** The rows of a VChart specification, by series. */
function seriesOf(spec: Record<string, unknown>): Series[] {
  const { data, xField, yField, seriesField } = spec as Record<string, string> & {
    data?: { values?: unknown };
  };
  const all: Series[] = [];
  if (!Array.isArray(data?.values)) return all;
  for (const row of data.values as Record<string, unknown>[]) {
    const name = String(row[seriesField ?? ''] ?? '');
    let series = all.find((candidate) => candidate.name === name);
    if (series === undefined) {
      series = { name, points: [] };
      all.push(series);
    }
    series.points.push({ label: String(row[xField ?? 'x'] ?? ''), value: Number(row[yField ?? 'y'] ?? 0) });
  }
  return all;
}

/** `Matches, threshold; 10:02 – 10:07`, for who does not see it. */
function nameOf(all: readonly Series[], labels: readonly string[]): string {
  const names = all.map(({ name }) => name).filter((name) => name !== '');
  return [names.join(', '), `${labels[0] ?? ''} – ${labels.at(-1) ?? ''}`]
    .filter((part) => part !== '')
    .join('; ');
}

/** A chart element as lines over the labels of its first series: the numbers, not VChart's every style. */
export function chartHtml(spec: Record<string, unknown>): string {
  const all = seriesOf(spec);
  const [first] = all;
  if (first === undefined) return '';
  const labels = first.points.map(({ label }) => label);
  const peak = Math.max(1, ...all.flatMap(({ points }) => points.map(({ value }) => value))) * 1.08;
  const x = (label: string) =>
    PLOT.left + (labels.indexOf(label) / Math.max(1, labels.length - 1)) * (PLOT.right - PLOT.left);
  const y = (value: number) => PLOT.bottom - (Math.max(0, value) / peak) * (PLOT.bottom - PLOT.top);
  const paths = all.map(({ points }, index) => {
    const line = points
      .map(({ label, value }, at) => `${at === 0 ? 'M' : 'L'}${x(label).toFixed(1)} ${y(value).toFixed(1)}`)
      .join('');
    const area = index === 0 ? `<path class="area" d="${line}V${PLOT.bottom}H${PLOT.left}Z"/>` : '';
    return `${area}<path class="${index === 0 ? 'curve' : 'limit'}" d="${line}"/>`;
  });
  const limit = all[1]?.points[0]?.value;
  const shown = [0, limit ?? peak / 1.08].map(
    (value) =>
      `<text class="end" x="${PLOT.left - 6}" y="${(y(value) + 4).toFixed(1)}">${Number(value.toPrecision(3))}</text>`,
  );
  return (
    `<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(nameOf(all, labels))}">` +
    `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${PLOT.bottom}" y2="${PLOT.bottom}"/>${paths.join('')}${shown.join('')}` +
    `<text x="${PLOT.left}" y="${HEIGHT - 6}">${escapeHtml(labels[0] ?? '')}</text>` +
    `<text class="end" x="${PLOT.right}" y="${HEIGHT - 6}">${escapeHtml(labels.at(-1) ?? '')}</text></svg>`
  );
}
