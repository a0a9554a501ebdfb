/** Log records as senders write them, in bodies of HTTP requests. */
import { parsedJson } from '../../../shared/json.ts';

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

/** A record, and how it was written: numbers of many digits and deep nesting survive in its text alone. */
interface Written {
  value: unknown;
  text(): string;
}

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

function readArray(body: string): Written[] {
  const values = parsedJson(body);
  if (!Array.isArray(values)) throw new BodyError('The body begins as a JSON array and is none.');
  let texts: readonly string[] | undefined;
  return values.map((value: unknown, index) => ({
    value,
    text() {
      texts ??= memberTexts(body);
      return texts[index] ?? '';
    },
  }));
}

/** How each member of a valid JSON array is written. */
function memberTexts(array: string): string[] {
  const texts: string[] = [];
  let depth = 0;
  let from = 0;
  const cut = (at: number) => {
    texts.push(array.slice(from, at).trim());
    from = at + 1;
  };
  for (let at = 0; at < array.length; at += 1) {
    const sign = array[at] ?? '';
    if (sign === '"') at = endOfString(array, at);
    else if (sign === ',' && depth === 1) cut(at);
    else if (OPENS.has(sign)) {
      if (depth === 0) from = at + 1;
      depth += 1;
    } else if (CLOSES.has(sign)) {
      depth -= 1;
      if (depth === 0) cut(at);
    }
  }
  return texts;
}

const OPENS: ReadonlySet<string> = new Set(['[', '{']);
const CLOSES: ReadonlySet<string> = new Set([']', '}']);

/** Where the string ends that begins at a quotation mark. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let before = end - 1;
    while (json[before] === '\\') before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return json.length;
}

/** Lines that are no JSON objects are text. */
function readLines(body: string): Written[] {
  const lines = body.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.map((line) => ({
    value: line.startsWith('{') ? (parsedJson(line) ?? line) : line,
    text: () => line,
  }));
}

/** Pairs of an action and a document, a line each; only `create` and `index` bring documents. */
function readBulk(body: string): Received[] {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  const received: Received[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    const action = parsedJson(lines[at] ?? '');
    const text = lines[at + 1] ?? '';
    const document = parsedJson(text);
    if (!isObject(action) || !('create' in action || 'index' in action) || !isObject(document))
      throw new BodyError(`Line ${at + 1} is no action "create" or "index" with a document behind it.`);
    const { _id: id } = (action.create ?? action.index ?? {}) as { _id?: unknown };
    received.push({
      ...receivedFrom({ value: document, text: () => text }, 'elasticsearch'),
      id: typeof id === 'string' ? id : null,
    });
  }
  return received;
}

function receivedFrom(written: Written, sender: Sender): Received {
  const { value } = written;
  if (typeof value === 'string') return asMessage(value, null);
  if (!isObject(value)) return asMessage(written.text(), null);
  return sender === 'tocsin' ? ownRecord(value, written) : envelope(value, written, ENVELOPES[sender]);
}

/** `{ timestamp, message, logGroup, logStream, id }`, as `tocsin backtest` reads it; any other object is the message. */
function ownRecord(record: Json, written: Written): Received {
  const { message, timestamp, id, logGroup, logStream, ...rest } = record;
  if (typeof message !== 'string' || Object.keys(rest).length > 0) return asMessage(written.text(), null);
  return {
    message,
    timestamp: timeOf(timestamp),
    id: textOf(id),
    logGroup: textOf(logGroup),
    logStream: textOf(logStream),
  };
}

/** The line inside an envelope; without one the whole record is the message. */
function envelope(
  record: Json,
  written: Written,
  { line, time }: { line: string[]; time: string },
): Received {
  const message = line.map((key) => record[key]).find((value) => typeof value === 'string');
  const timestamp = timeOf(record[time]);
  if (message === undefined) return asMessage(written.text(), timestamp);
  return {
    message: message.replace(/\r?\n$/, ''),
    timestamp,
    id: null,
    logGroup: null,
    logStream: fileOf(record),
  };
}

function asMessage(message: string, timestamp: number | null): Received {
  return { message, timestamp, id: null, logGroup: null, logStream: null };
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
