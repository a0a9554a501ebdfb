/** The log events that a test of the document feeds in. */
import type { RuleTest, TestLogs } from '../../shared/config/schema/test-schema.ts';
import type { LogBatch } from '../../shared/logs/event.ts';
import { recogniseTimestamp } from '../../shared/logs/timestamps.ts';
import { type LogRecord, recordIn } from '../backtest/record.ts';

const COUNTER = /\{\{ *i *\}\}/g;
const ACCOUNT = '000000000000';
const REGION = 'local';

/** An event, and when it is delivered, ms. */
export interface TestEvent {
  at: number;
  batch: LogBatch;
}

/** A line, and how long after the first of its file it was logged, ms. */
interface SpacedLine {
  afterMs: number;
  message: string;
  origin: Pick<LogRecord, 'logGroup' | 'logStream'>;
}

/** Every event of a test in time order, at the same time in the order written. `linesOf` reads a file. */
export function testEvents(test: RuleTest, linesOf: (file: string) => string[]): TestEvent[] {
  const events = test.logs.flatMap((logs, entry) =>
    repeated(logs, linesOf).map(({ afterMs, message, origin }, index): TestEvent => {
      const timestamp = test.startMs + logs.atMs + afterMs;
      const { logGroup = logs.logGroup, logStream = logs.logStream } = origin;
      const event = { id: [entry, index].map(digits).join(':'), timestamp, message };
      return {
        at: timestamp,
        batch: { account: ACCOUNT, region: REGION, logGroup, logStream, events: [event] },
      };
    }),
  );
  return events.sort((a, b) => a.at - b.at);
}

/** Events of one time are in the order of their ids. */
function digits(number: number): string {
  return String(number).padStart(10, '0');
}

function repeated(logs: TestLogs, linesOf: (file: string) => string[]): SpacedLine[] {
  const { message, file, repeat, everyMs, logGroup } = logs;
  const lines = file === null ? [] : spaced(linesOf(file), logGroup);
  return Array.from({ length: repeat }, (_, i) => {
    const afterMs = i * everyMs;
    if (message !== null) return [{ afterMs, message: message.replace(COUNTER, String(i)), origin: {} }];
    return lines.map((line) => ({ ...line, afterMs: afterMs + line.afterMs }));
  }).flat();
}

/**
 * The lines of a file keep the distances of their own times, in their order: records of the contract's NDJSON, or plain
 * lines that begin with a time. A line without one comes with the line before it.
 */
function spaced(lines: string[], logGroup: string): SpacedLine[] {
  let first: number | null = null;
  let last = 0;
  return lines
    .filter((line) => line !== '')
    .map((line): SpacedLine => {
      const record = recordIn(line);
      const time = record?.timestamp ?? recogniseTimestamp(line, 0)?.timestamp ?? null;
      first ??= time;
      if (time !== null && first !== null) last = Math.max(last, time - first);
      const origin = record === null ? {} : { logGroup: record.logGroup ?? logGroup, ...streamOf(record) };
      return { afterMs: last, message: record?.message ?? line, origin };
    });
}

function streamOf({ logStream }: LogRecord): Pick<LogRecord, 'logStream'> {
  return logStream === undefined ? {} : { logStream };
}
