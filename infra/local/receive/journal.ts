/** What `journalctl -o json` writes: one entry a line (systemd.journal-fields(7)). */
import { hasFields, parsedJson } from '../../../shared/json.ts';
import type { LogEvent } from '../../../shared/logs/event.ts';
import { eventIdAt } from '../event-ids.ts';
import type { LogOrigin } from '../intake.ts';

type Entry = Record<string, unknown>;

/**
 * The entries by where they come from: the log group is `/journal/UNIT`, the stream the host. An entry has its own time,
 * and its cursor names it over restarts; a line that is none is passed over and told to `refused`.
 */
export function journalEvents(
  lines: readonly string[],
  readAt: number,
  refused: (line: string) => void,
): { origin: LogOrigin; events: LogEvent[] }[] {
  const groups = new Map<string, { origin: LogOrigin; events: LogEvent[] }>();
  for (const line of lines) {
    const entry = parsedJson(line);
    const message = hasFields(entry) ? messageOf(entry.MESSAGE) : undefined;
    if (!hasFields(entry) || message === undefined) {
      refused(line);
      continue;
    }
    const origin = { logGroup: `/journal/${unitOf(entry)}`, logStream: textOf(entry._HOSTNAME) ?? 'host' };
    const key = `${origin.logGroup}|${origin.logStream}`;
    const known = groups.get(key) ?? { origin, events: [] };
    groups.set(key, known);
    known.events.push({ id: idOf(entry, line), timestamp: timeOf(entry) ?? readAt, message });
  }
  return [...groups.values()];
}

/** Text, or the bytes of what is no UTF-8 or has control characters. */
function messageOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? Buffer.from(value as number[]).toString('utf8') : undefined;
}

function unitOf(entry: Entry): string {
  const name =
    textOf(entry._SYSTEMD_UNIT) ?? textOf(entry.SYSLOG_IDENTIFIER) ?? textOf(entry._COMM) ?? 'other';
  return name.replace(/[^\w./#-]/g, '_');
}

function timeOf(entry: Entry): number | undefined {
  const microseconds = Number(entry._SOURCE_REALTIME_TIMESTAMP ?? entry.__REALTIME_TIMESTAMP);
  return Number.isFinite(microseconds) ? Math.floor(microseconds / 1_000) : undefined;
}

/** `i` in a cursor is the number of the entry in its file (systemd, Journal File Format). */
function idOf(entry: Entry, line: string): string {
  const cursor = textOf(entry.__CURSOR) ?? line;
  const number = /(?:^|;)i=([0-9a-f]{1,12})(?:;|$)/.exec(cursor)?.[1] ?? '0';
  return eventIdAt(Number.parseInt(number, 16), cursor);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
