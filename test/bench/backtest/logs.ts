/** Log files of any length: lines of the made-up shop, each with a time of its own. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { type Shape, serviceLines } from '../match/service-logs.ts';

const START = Date.UTC(2026, 9, 1);
/** Lines that differ; they come again, at other times. */
const POOL = 50_000;
const LINES_AT_ONCE = 5_000;
/** Where a line's time stands: `{"time":"2026-…Z"` or `2026-…Z`. */
const TIME_AT: Record<Shape, number> = { json: 9, plain: 0 };
const TIME_LENGTH = '2026-10-01T00:00:00.000Z'.length;

/**
 * Writes `count` lines, one every `everyMs`, of which a hundredth tells of a failure. `silenceMs`: how long there are none
 * after the first half of them.
 */
export async function writeLogs(
  path: string,
  shape: Shape,
  count: number,
  everyMs: number,
  silenceMs = 0,
): Promise<void> {
  const at = TIME_AT[shape];
  const pool = serviceLines(shape, POOL, 100, 0.01).map((line) => ({
    head: line.slice(0, at),
    tail: line.slice(at + TIME_LENGTH),
  }));
  const file = createWriteStream(path);
  for (let from = 0; from < count; from += LINES_AT_ONCE) {
    let text = '';
    for (let index = from; index < Math.min(count, from + LINES_AT_ONCE); index++) {
      const line = pool[index % POOL];
      const time = START + index * everyMs + (index < count / 2 ? 0 : silenceMs);
      text += `${line?.head}${new Date(time).toISOString()}${line?.tail}\n`;
    }
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}
