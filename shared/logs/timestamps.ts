import { startsLikeJson } from '../json.ts';
import { readIsoUtc } from './iso-utc.ts';
import { readWritten, type Written } from './timestamp-formats.ts';

export interface TimestampOptions {
  /** Minutes east of UTC for times that name no zone. Default 0. */
  utcOffset?: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** A time is looked for at the start of this many words, within this many characters. */
const MAX_WORDS = 8;
const MAX_START = 100;
const MAX_HEAD = 160;
/** Longer JSON is not parsed for its time alone. */
const MAX_JSON = 1 << 20;
const JSON_KEYS = ['time', 'timestamp', 'ts', '@timestamp', '@t', 'datetime', 'asctime'];
const ISO_UTC =
  '\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{3})?Z';
const FIRST_KEY_ISO = new RegExp(`^\\{\\s*"(?:${JSON_KEYS.join('|')})"\\s*:\\s*"(${ISO_UTC})"`);
const ANY_KEY = new RegExp(`"(?:${JSON_KEYS.join('|')})"`);

/**
 * Finds the time of a log line: the one at its start, behind a short prefix such as a host or a file name, or the
 * one under a known key of a JSON object. A time without a year is given the year that brings it nearest to
 * `referenceMs`, and not more than a day after it. Work is bounded, whatever the line. Null: the line has none.
 */
export function recogniseTimestamp(
  line: string,
  referenceMs: number,
  options: TimestampOptions = {},
): { timestamp: number } | null {
  const plain = readIsoUtc(line);
  if (plain !== null) return { timestamp: plain };
  const offset = options.utcOffset ?? 0;
  const timestamp = startsLikeJson(line)
    ? (fromJson(line, referenceMs, offset) ?? fromPlain(line, referenceMs, offset))
    : fromPlain(line, referenceMs, offset);
  return timestamp === null ? null : { timestamp };
}

function fromJson(line: string, referenceMs: number, offset: number): number | null {
  if (line.length > MAX_JSON) return null;
  const [first, time] = FIRST_KEY_ISO.exec(line) ?? [];
  // Where no other key of a time follows, the line need not be parsed.
  if (time !== undefined && !ANY_KEY.test(line.slice(first?.length))) return Date.parse(time);
  let object: unknown;
  try {
    object = JSON.parse(line);
  } catch {
    // A line that only looks like JSON is read as plain text.
    return null;
  }
  if (typeof object !== 'object' || object === null) return null;
  for (const key of JSON_KEYS) {
    const value = Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;
    if (typeof value === 'number') return fromEpoch(value);
    const found = typeof value === 'string' ? fromText(value.trim(), referenceMs, offset) : null;
    if (found !== null) return found;
  }
  return null;
}

function fromText(text: string, referenceMs: number, offset: number): number | null {
  if (/^\d+(?:\.\d+)?$/.test(text)) return fromEpoch(Number(text));
  const written = readWritten(text, 0, true);
  return written && resolve(written, referenceMs, offset);
}

const EPOCH = /^[[(]?(\d{10}(?:\.\d{1,9})?|\d{13}|\d{16}|\d{19})(?=[\s\]):,]|$)/;
/** `<34>`, the priority of a syslog line. */
const PRIORITY = /^<\d{1,3}>/;
/** Where a time may begin. */
const WORD_START = /(?:^|[\s[("=|])(?=[\dA-Z])/g;

function fromPlain(line: string, referenceMs: number, offset: number): number | null {
  const head = line.slice(0, MAX_HEAD);
  const epoch = EPOCH.exec(head)?.[1];
  if (epoch) return fromEpoch(Number(epoch));
  const start = PRIORITY.exec(head)?.[0].length ?? 0;
  const first = readWritten(head, start, true) ?? readWritten(head, start + 1, head[start] === '[');
  if (first) return resolve(first, referenceMs, offset);
  let words = 0;
  for (const { index, 0: before } of head.matchAll(WORD_START)) {
    const at = index + before.length;
    words++;
    if (words > MAX_WORDS || at > MAX_START) break;
    const written = readWritten(head, at, false);
    if (written) return resolve(written, referenceMs, offset);
  }
  return null;
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size. */
function fromEpoch(value: number): number | null {
  if (!Number.isFinite(value) || value < 1e8) return null;
  // Rounded to microseconds first: 0.123 s is a little less in binary.
  if (value < 1e11) return Math.floor(Math.round(value * 1e6) / 1e3);
  if (value < 1e14) return Math.floor(value);
  if (value < 1e17) return Math.floor(value / 1e3);
  return value < 1e20 ? Math.floor(value / 1e6) : null;
}

function resolve(written: Written, referenceMs: number, offset: number): number | null {
  if (written.year !== null) return at(written, written.year, offset);
  const latest = referenceMs + DAY_MS;
  const newest = new Date(latest).getUTCFullYear() + 1;
  // Nine years hold a leap year, also around 1900 and 2100.
  for (let year = newest; year > newest - 10; year--) {
    const time = at(written, year, offset);
    if (time !== null && time <= latest) return time;
  }
  return null;
}

function at(written: Written, year: number, offset: number): number | null {
  const { month, day, hour, minute, second, millisecond } = written;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCDate() !== day) return null;
  date.setUTCHours(hour, minute, second, millisecond);
  return date.getTime() - (written.offset ?? offset) * MINUTE_MS;
}
