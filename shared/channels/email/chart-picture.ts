import type { ChartWords } from '../alert-chart.ts';
import { type Canvas, type Colour, createCanvas, encodePng, paint } from './png.ts';

/** Twice the size at which it is shown, for fine screens. */
const WIDTH = 1104;
const HEIGHT = 240;
const MARGIN = 8;
const LINE = 4;
const DASH = 14;

/** Seen on white and on black alike; the background is transparent. */
const CURVE: Colour = [51, 112, 255, 255];
const AREA: Colour = [51, 112, 255, 46];
const LIMIT: Colour = [224, 62, 52, 255];
const AXIS: Colour = [140, 149, 159, 160];

/** Text does not stand in the picture: the mail says it in letters that everybody can read and copy. */
export function chartPicture({ points, threshold }: ChartWords): Uint8Array {
  const canvas = createCanvas(WIDTH, HEIGHT);
  const top = Math.max(...points.map(({ value }) => value), threshold ?? 0) * 1.08 || 1;
  const bottom = HEIGHT - MARGIN;
  const y = (value: number) => bottom - (Math.max(0, value) / top) * (bottom - MARGIN);
  const heights = Array.from({ length: WIDTH }, (_, x) => y(valueAt(points, x / (WIDTH - 1))));
  for (let x = 0; x < WIDTH; x++) {
    const height = heights[x] ?? bottom;
    for (let row = Math.ceil(height); row < bottom; row++) paint(canvas, x, row, AREA);
  }
  for (let x = 0; x < WIDTH; x++) stroke(canvas, x, bottom, bottom, 2, AXIS);
  if (threshold !== null) {
    for (let x = 0; x < WIDTH; x++) {
      if (Math.floor(x / DASH) % 2 === 0) stroke(canvas, x, y(threshold), y(threshold), 3, LIMIT);
    }
  }
  for (let x = 0; x < WIDTH; x++) {
    const here = heights[x] ?? bottom;
    stroke(canvas, x, here, heights[x + 1] ?? here, LINE, CURVE);
  }
  return encodePng(canvas);
}

/** The value at a place from 0 (the first point) to 1 (the last), on straight lines between points. */
function valueAt(points: ChartWords['points'], place: number): number {
  const position = place * (points.length - 1);
  const before = points[Math.floor(position)]?.value ?? 0;
  const after = points[Math.ceil(position)]?.value ?? before;
  return before + (after - before) * (position - Math.floor(position));
}

/** A column of a line that goes from one height to the next, its ends softened. */
function stroke(canvas: Canvas, x: number, from: number, to: number, width: number, colour: Colour): void {
  const [upper, lower] = [Math.min(from, to) - width / 2, Math.max(from, to) + width / 2];
  for (let row = Math.floor(upper); row <= Math.ceil(lower); row++) {
    const coverage = Math.min(row + 1, lower) - Math.max(row, upper);
    if (coverage > 0) paint(canvas, x, row, colour, coverage);
  }
}
