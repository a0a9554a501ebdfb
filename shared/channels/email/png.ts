import { crc32, deflateSync } from 'node:zlib';

/** Red, green, blue, opacity; 0 to 255. */
export type Colour = readonly [number, number, number, number];

/** A picture to draw on, transparent at first. Sizes and places in pixels, from the upper left corner. */
export interface Canvas {
  width: number;
  height: number;
  /** Four bytes a pixel. */
  data: Uint8Array;
}

/** An empty picture of so many pixels. */
export function createCanvas(width: number, height: number): Canvas {
  return { width, height, data: new Uint8Array(width * height * 4) };
}

/** Lays a colour over a pixel, `coverage` (0 to 1) of it; what lies outside is left out. */
export function paint(canvas: Canvas, x: number, y: number, [r, g, b, a]: Colour, coverage = 1): void {
  const { width, height, data } = canvas;
  if (x < 0 || y < 0 || x >= width || y >= height) return;
  const at = (y * width + x) * 4;
  const over = (a / 255) * Math.min(1, Math.max(0, coverage));
  const under = ((data[at + 3] ?? 0) / 255) * (1 - over);
  const alpha = over + under;
  if (alpha === 0) return;
  data[at] = Math.round((r * over + (data[at] ?? 0) * under) / alpha);
  data[at + 1] = Math.round((g * over + (data[at + 1] ?? 0) * under) / alpha);
  data[at + 2] = Math.round((b * over + (data[at + 2] ?? 0) * under) / alpha);
  data[at + 3] = Math.round(alpha * 255);
}

/** A tenth off the picture would take four times as long. */
const LEVEL = 6;
const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const TRUECOLOUR_WITH_ALPHA = 6;

function chunk(type: string, content: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** The canvas as PNG (W3C, Portable Network Graphics, third edition): 8 bits a channel, no filter, no interlacing. */
export function encodePng({ width, height, data }: Canvas): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, TRUECOLOUR_WITH_ALPHA, 0, 0, 0], 8);
  const rowBytes = width * 4;
  const rows = Buffer.alloc(height * (rowBytes + 1));
  for (let y = 0; y < height; y++) {
    rows.set(data.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1);
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: LEVEL })),
    chunk('IEND', new Uint8Array(0)),
  ]);
}
