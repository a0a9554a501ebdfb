import { escapeHtml } from '../../../shared/text/html.ts';

const WIDTH = 520;
const HEIGHT = 180;
const LEFT = 36;
const BOTTOM = 22;
const TOP = 24;

interface Point {
  label: string;
  value: number;
}

function pointsOf(spec: Record<string, unknown>): Point[] {
  const { data, xField, yField } = spec as { data?: { values?: unknown }; xField?: string; yField?: string };
  if (!Array.isArray(data?.values)) return [];
  return data.values.map((row: Record<string, unknown>) => ({
    label: String(row[xField ?? 'x'] ?? ''),
    value: Number(row[yField ?? 'y'] ?? 0),
  }));
}

function bar({ label, value }: Point, index: number, count: number, peak: number): string {
  const step = (WIDTH - LEFT) / count;
  const height = (Math.max(0, value) / peak) * (HEIGHT - BOTTOM - TOP);
  const x = LEFT + index * step + step * 0.15;
  const y = HEIGHT - BOTTOM - height;
  return `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${(step * 0.7).toFixed(1)}" height="${height.toFixed(1)}"><title>${escapeHtml(`${label}: ${value}`)}</title></rect>`;
}

/** A chart element as a plain bar chart: the stand-in shows the numbers, not VChart's every style. */
export function chartHtml(spec: Record<string, unknown>): string {
  const points = pointsOf(spec);
  const peak = Math.max(1, ...points.map(({ value }) => value));
  const title = String((spec.title as { text?: unknown } | undefined)?.text ?? '');
  const bars = points.map((point, index) => bar(point, index, points.length, peak)).join('');
  const baseline = HEIGHT - BOTTOM;
  return (
    `<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(title)}">` +
    `<text x="0" y="13">${escapeHtml(title)}</text>` +
    `<text class="end" x="${LEFT - 6}" y="${TOP + 8}">${peak}</text><text class="end" x="${LEFT - 6}" y="${baseline}">0</text>` +
    `<line x1="${LEFT}" x2="${WIDTH}" y1="${baseline}" y2="${baseline}"/>${bars}` +
    `<text x="${LEFT}" y="${HEIGHT - 6}">${escapeHtml(points[0]?.label ?? '')}</text>` +
    `<text class="end" x="${WIDTH}" y="${HEIGHT - 6}">${escapeHtml(points.at(-1)?.label ?? '')}</text></svg>`
  );
}
