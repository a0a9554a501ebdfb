import type { ExampleLine } from '../../shared/alerts/notification.ts';
import type { Redactor } from '../../shared/match/redact.ts';
import { startWithin } from '../../shared/match/references.ts';
import type { FoundEvent } from './matches.ts';

const LINE_BYTES_MAX = 2048;

/** An event as a line of a message: redacted, at most 2 KB. */
export function exampleLine(
  { timestamp, message, shown }: FoundEvent,
  { logGroup, logStream }: { logGroup: string; logStream: string },
  redact: Redactor,
): ExampleLine {
  const line = { at: timestamp, message: cut(redact(message)), logGroup, logStream };
  return shown.length === 0 ? line : { ...line, shown };
}

function cut(text: string): string {
  const start = startWithin(text, LINE_BYTES_MAX);
  return start.length === text.length ? text : `${start}…`;
}
