/** A record of the contract's NDJSON. */
export interface LogRecord {
  /** ms. */
  timestamp: number;
  message: string;
  logGroup?: string;
  logStream?: string;
  id?: string;
}

const KEYS = new Set(['timestamp', 'message', 'logGroup', 'logStream', 'id']);
const TEXTS = ['message', 'logGroup', 'logStream', 'id'];
/** A line whose first key is another is no record, and need not be parsed. */
const BEGINS = /^\{\s*"(?:timestamp|message|logGroup|logStream|id)"/;

/**
 * The record that a line holds; null where it is a plain line. Exactly the contract's keys make a record: a service's
 * own JSON line may have a timestamp and a message too, and more.
 */
export function recordIn(line: string): LogRecord | null {
  if (line[0] !== '{' || !BEGINS.test(line) || !line.includes('"message"')) return null;
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(line) as Record<string, unknown>;
  } catch {
    // A plain line that happens to begin with a brace.
    return null;
  }
  for (const key of Object.keys(json)) if (!KEYS.has(key)) return null;
  if (TEXTS.some((key) => json[key] !== undefined && typeof json[key] !== 'string')) return null;
  if (json.message === undefined) return null;
  const timestamp = timeOf(json.timestamp);
  return timestamp === null ? null : ({ ...json, timestamp } as LogRecord);
}

/** What lies beyond is no time of a log, but a time in microseconds, or a slip. */
const LATEST_MS = Date.UTC(9999, 0, 1);
const DIGITS = /^\d{12,14}$/;
const ZONELESS = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;

/** ms. */
function timeOf(value: unknown): number | null {
  const time = typeof value === 'string' ? timeIn(value) : value;
  return typeof time === 'number' && Math.abs(time) < LATEST_MS ? time : null;
}

/** Without a zone a time is UTC's, whatever the machine's is; some write milliseconds in quotes. */
function timeIn(text: string): number {
  if (DIGITS.test(text)) return Number(text);
  return Date.parse(ZONELESS.test(text) ? `${text}Z` : text);
}
