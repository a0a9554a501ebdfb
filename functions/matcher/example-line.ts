import type { ExampleLine } from '../../shared/alerts/notification.ts';
import type { Redactor } from '../../shared/match/redact.ts';
import type { FoundEvent } from './matches.ts';

const LINE_BYTES_MAX = 2048;

/** An event as a line of a message: redacted, at most 2 KB. */
export function exampleLine(
  { timestamp, message, shown }: FoundEvent,
  { logGroup, logStream }: { logGroup: string; logStream: string },
  redact: Redactor,
): ExampleLine {
  const line = { at: timestamp, message: cutBytes(redact(message)), logGroup, logStream };
  return shown.length === 0 ? line : { ...line, shown };
}

/** Cuts a text at 2 KB of UTF-8 without leaving half a character. */
function cutBytes(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= LINE_BYTES_MAX) return text;
  return `${new TextDecoder().decode(bytes.subarray(0, LINE_BYTES_MAX), { stream: true })}…`;
}
