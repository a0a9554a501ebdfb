/** Who takes the lines that were read, and hands them on to the matcher as events. */
import { oneLine } from '../../shared/text/plain.ts';
import type { TakeLines } from './follow/file.ts';
import { handOn, type LogOrigin, stamped } from './intake.ts';
import { Lost } from './lost.ts';
import { journalEvents } from './receive/journal.ts';
import type { LocalStack } from './stack.ts';

interface TakerDeps {
  stack: LocalStack;
  failed: (error: unknown) => void;
  /** Aborts when the run is to end: what is not handed on by then is read again. */
  signal: AbortSignal;
}

/** Lines of one origin, each an event; `byLogTime`: with their own times where they have one. */
export function lineTaker(
  { stack, failed, signal }: TakerDeps,
  origin: LogOrigin,
  byLogTime: boolean,
): TakeLines {
  return async ({ lines, readAt, lastTime }) => {
    const events = stamped(lines, readAt, byLogTime, lastTime);
    if (!(await handOn(stack, origin, events, failed, signal))) return null;
    return events.at(-1)?.timestamp ?? lastTime;
  };
}

/** The journal of systemd, whose entries say themselves where they belong. */
export function journalTaker({ stack, failed, signal }: TakerDeps): TakeLines {
  return async ({ lines, readAt, lastTime }) => {
    const texts = lines.map(({ text }) => text);
    const refused = (line: string) =>
      failed(new Lost(`A line of standard input is no entry of the journal: ${oneLine(line.slice(0, 80))}`));
    for (const { origin, events } of journalEvents(texts, readAt, refused))
      if (!(await handOn(stack, origin, events, failed, signal))) return null;
    return lastTime;
  };
}
