/** Log records as senders write them, in bodies of HTTP requests. */

export interface Received {
  message: string;
  /** When it was written, ms; null: it does not say. */
  timestamp: number | null;
  /** The sender's own name for it, by which a copy is known; null: it has none. */
  id: string | null;
  /** null: the request says. */
  logGroup: string | null;
  logStream: string | null;
}

/** Who sends, and therefore what a record looks like. */
export type Sender = 'tocsin' | 'fluent-bit' | 'vector' | 'elasticsearch';

/** A body that is not what it was said to be. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
}

type Json = Record<string, unknown>;

/** The keys of an envelope that hold the log line and its time. */
const ENVELOPES: Readonly<Record<Exclude<Sender, 'tocsin'>, { line: string[]; time: string }>> = {
  'fluent-bit': { line: ['log', 'message'], time: 'date' },
  vector: { line: ['message'], time: 'timestamp' },
  elasticsearch: { line: ['message'], time: '@timestamp' },
};

/**
 * The records of a body: lines of JSON, one JSON array, lines of text, or what Elasticsearch takes in bulk.
 * @throws BodyError where it is none of these
 */
export function readRecords(body: string, sender: Sender): Received[] {
  if (sender === 'elasticsearch') return readBulk(body);
  const records = body.trimStart().startsWith('[') ? readArray(body) : readLines(body);
  return records.map((record) => receivedFrom(record, sender));
}

function readArray(body: string): unknown[] {
  const value = parseJson(body);
  if (!Array.isArray(value)) throw new BodyError('The body begins as a JSON array and is none.');
  return value as unknown[];
}

/** Lines that are no JSON objects are text. */
function readLines(body: string): unknown[] {
  const lines = body.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.map((line) => (line.startsWith('{') ? (parseJson(line) ?? line) : line));
}

/** Pairs of an action and a document, a line each; only `create` and `index` bring documents. */
function readBulk(body: string): Received[] {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  const received: Received[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    const action = parseJson(lines[at] ?? '');
    const document = parseJson(lines[at + 1] ?? '');
    if (!isObject(action) || !('create' in action || 'index' in action) || !isObject(document))
      throw new BodyError(`Line ${at + 1} is no action "create" or "index" with a document behind it.`);
    const { _id: id } = (action.create ?? action.index ?? {}) as { _id?: unknown };
    received.push({ ...receivedFrom(document, 'elasticsearch'), id: typeof id === 'string' ? id : null });
  }
  return received;
}

function receivedFrom(record: unknown, sender: Sender): Received {
  if (!isObject(record)) {
    const message = typeof record === 'string' ? record : JSON.stringify(record);
    return { message, timestamp: null, id: null, logGroup: null, logStream: null };
  }
  return sender === 'tocsin' ? ownRecord(record) : envelope(record, ENVELOPES[sender]);
}

/** `{ timestamp, message, logGroup, logStream, id }`, as `tocsin backtest` reads it; any other object is the message. */
function ownRecord(record: Json): Received {
  const { message, timestamp, id, logGroup, logStream, ...rest } = record;
  if (typeof message !== 'string' || Object.keys(rest).length > 0) return asMessage(record, null);
  return {
    message,
    timestamp: timeOf(timestamp),
    id: textOf(id),
    logGroup: textOf(logGroup),
    logStream: textOf(logStream),
  };
}

/** The line inside an envelope; without one the whole record is the message. */
function envelope(record: Json, { line, time }: { line: string[]; time: string }): Received {
  const message = line.map((key) => record[key]).find((value) => typeof value === 'string');
  const timestamp = timeOf(record[time]);
  if (message === undefined) return asMessage(record, timestamp);
  return {
    message: message.replace(/\r?\n$/, ''),
    timestamp,
    id: null,
    logGroup: null,
    logStream: fileOf(record),
  };
}

function asMessage(record: Json, timestamp: number | null): Received {
  return { message: JSON.stringify(record), timestamp, id: null, logGroup: null, logStream: null };
}

/** The file that a line comes from, where the sender names it. */
function fileOf(record: Json): string | null {
  const { file, log } = record;
  if (typeof file === 'string') return file;
  const path = isObject(log) && isObject(log.file) ? log.file.path : undefined;
  return textOf(path);
}

const SECONDS_MAX = 1e11;

/** ISO 8601, or a number of seconds or ms since the epoch. */
function timeOf(value: unknown): number | null {
  if (typeof value === 'string') {
    const at = Date.parse(value);
    return Number.isNaN(at) ? null : at;
  }
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) return null;
  return Math.round(value < SECONDS_MAX ? value * 1_000 : value);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** undefined: it is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
