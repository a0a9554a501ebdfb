/** From lines of files to the matcher: batches as CloudWatch Logs would deliver them, handed on until they are taken. */
import type { LogBatch, LogEvent } from '../../shared/logs/event.ts';
import { recogniseTimestamp } from '../../shared/logs/timestamps.ts';
import type { Line } from './follow/lines.ts';
import { pause } from './pause.ts';
import type { LocalStack } from './stack.ts';

const ACCOUNT = '000000000000';
const REGION = 'local';
const EVENTS_PER_BATCH = 1000;
const RETRY_MS = [200, 1000, 5000, 15_000];

export interface LogOrigin {
  logGroup: string;
  logStream: string;
}

/** Stamps lines with the time they were read, or with their own where that is asked for and they have one. */
export function stamped(
  lines: readonly Line[],
  readAt: number,
  byLogTime: boolean,
  before: number,
): LogEvent[] {
  let last = before;
  return lines.map(({ text, id }) => {
    const own = byLogTime ? recogniseTimestamp(text, readAt) : null;
    // A line without a time of its own, such as of a stack trace, belongs to the one before.
    last = own?.timestamp ?? (byLogTime && last > 0 ? last : readAt);
    return { id, timestamp: last, message: text };
  });
}

/**
 * Hands events on in batches; a failing function is invoked again, with growing pauses, until it succeeds. False where
 * the signal aborted before all were taken: some may have been, so that they are to be handed on again, the same.
 */
export async function handOn(
  stack: Pick<LocalStack, 'ingest'>,
  { logGroup, logStream }: LogOrigin,
  events: readonly LogEvent[],
  failed: (error: unknown) => void,
  signal: AbortSignal,
): Promise<boolean> {
  for (let start = 0; start < events.length; start += EVENTS_PER_BATCH) {
    const part = events.slice(start, start + EVENTS_PER_BATCH);
    const batch = { account: ACCOUNT, region: REGION, logGroup, logStream, events: part };
    if (!(await ingest(stack, batch, failed, signal))) return false;
  }
  return true;
}

async function ingest(
  stack: Pick<LocalStack, 'ingest'>,
  batch: LogBatch,
  failed: (error: unknown) => void,
  signal: AbortSignal,
): Promise<boolean> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await stack.ingest(batch);
      return true;
    } catch (error) {
      failed(error);
      await pause(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0, signal);
    }
  }
  return false;
}
