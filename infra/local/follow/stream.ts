import { eventIdAt } from '../event-ids.ts';
import type { TakeLines } from './file.ts';
import type { Line } from './lines.ts';

/**
 * Follows a stream such as standard input to its end, or until the signal aborts: complete lines, as they come, one
 * call at a time, so that a writer who is too fast waits. What was read and not yet taken is gone with the process.
 */
export async function followStream(
  stream: NodeJS.ReadableStream,
  clock: () => number,
  signal: AbortSignal,
  take: TakeLines,
): Promise<void> {
  const run = `stream|${process.pid}|${clock()}`;
  let number = 0;
  let rest = '';
  let lastTime = 0;
  const numbered = (text: string): Line => {
    number += 1;
    return { text, id: eventIdAt(number, `${run}|${number}`) };
  };
  const stop = () => (stream as Partial<{ destroy(): void }>).destroy?.();
  signal.addEventListener('abort', stop);
  stream.setEncoding('utf8');
  try {
    for await (const chunk of stream) {
      const texts = `${rest}${chunk}`.split(/\r?\n/);
      rest = texts.pop() ?? '';
      const lines = texts.filter((text) => text !== '').map(numbered);
      if (lines.length > 0) lastTime = (await take({ lines, readAt: clock(), lastTime })) ?? lastTime;
    }
    if (rest !== '') await take({ lines: [numbered(rest)], readAt: clock(), lastTime });
  } catch (error) {
    // Destroying the stream is how it is left before its end.
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
