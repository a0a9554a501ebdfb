import { gunzipSync } from 'node:zlib';
import type { LogBatch, LogEvent } from './event.ts';

export type DecodeErrorCode = 'not-base64' | 'not-gzip' | 'too-large' | 'not-json' | 'not-a-subscription';

/** A payload that is no delivery of CloudWatch Logs; the message is one sentence without log text. */
export class DecodeError extends Error {
  readonly code: DecodeErrorCode;

  constructor(code: DecodeErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DecodeError';
    this.code = code;
  }
}

export type Decoded =
  | {
      kind: 'data';
      batch: LogBatch;
      subscriptionFilters: string[];
      /** Events left out, by their index in the payload. */
      malformed: { index: number; reason: string }[];
    }
  /** A health check of the destination: nothing to count. */
  | { kind: 'control' };

export interface DecodeOptions {
  /** Of the log group; the payload does not say it. */
  region: string;
  /** A payload that inflates beyond this is refused. Default 64 MB. */
  maxInflatedBytes?: number;
}

const DEFAULT_MAX_INFLATED_BYTES = 64 * 1024 * 1024;
const BASE64 = /^[A-Za-z0-9+/=\s]*$/;

/**
 * Decodes what a CloudWatch Logs subscription delivers: `awslogs.data` (base64 of gzip), or the gzipped bytes.
 * An event that is malformed is listed and loses nothing else. Throws a `DecodeError`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
export function decodeSubscription(data: string | Uint8Array, options: DecodeOptions): Decoded {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'base64') : data;
  const text = inflate(bytes, data, options.maxInflatedBytes ?? DEFAULT_MAX_INFLATED_BYTES);
  return read(parse(text), options.region);
}

function inflate(bytes: Uint8Array, data: string | Uint8Array, maxInflatedBytes: number): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxInflatedBytes }).toString('utf8');
  } catch (error) {
    if (error instanceof RangeError) {
      const limit = `${Math.floor(maxInflatedBytes / 1024 / 1024)} MB`;
      throw new DecodeError(
        'too-large',
        `The payload inflates to more than ${limit}, which is refused.`,
        error,
      );
    }
    // Looked at only now: Node skips what is no base64, and the hot path should not read the text twice.
    if (typeof data === 'string' && (data === '' || !BASE64.test(data))) {
      throw new DecodeError(
        'not-base64',
        'The payload is not base64: awslogs.data of a subscription was expected.',
      );
    }
    throw new DecodeError('not-gzip', 'The payload is not valid gzip.', error);
  }
}

function parse(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may be a log line.
    throw new DecodeError('not-json', 'The inflated payload is not JSON.');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new DecodeError('not-a-subscription', 'The payload is JSON, but not an object.');
}

function read(payload: Record<string, unknown>, region: string): Decoded {
  const { messageType, logEvents, subscriptionFilters } = payload;
  if (messageType === 'CONTROL_MESSAGE') return { kind: 'control' };
  if (messageType !== 'DATA_MESSAGE') {
    throw new DecodeError(
      'not-a-subscription',
      'The payload has no messageType DATA_MESSAGE or CONTROL_MESSAGE.',
    );
  }
  if (!Array.isArray(logEvents)) {
    throw new DecodeError('not-a-subscription', 'The payload has no list logEvents.');
  }
  const malformed: { index: number; reason: string }[] = [];
  const events = keepWellFormed(logEvents, malformed);
  const batch = {
    account: textOf(payload, 'owner'),
    region,
    logGroup: textOf(payload, 'logGroup'),
    logStream: textOf(payload, 'logStream'),
    events,
  };
  const filters = Array.isArray(subscriptionFilters) ? subscriptionFilters : [];
  return {
    kind: 'data',
    batch,
    subscriptionFilters: filters.filter((name) => typeof name === 'string'),
    malformed,
  };
}

function textOf(payload: Record<string, unknown>, name: string): string {
  const value = payload[name];
  if (typeof value === 'string') return value;
  throw new DecodeError('not-a-subscription', `The payload has no text ${name}.`);
}

/** The list itself where every event is well formed, which is the rule: nothing is copied on the hot path. */
function keepWellFormed(list: unknown[], malformed: { index: number; reason: string }[]): LogEvent[] {
  for (let index = 0; index < list.length; index++) {
    const reason = whatIsWrong(list[index]);
    if (reason !== null) malformed.push({ index, reason });
  }
  if (malformed.length === 0) return list as LogEvent[];
  const left = new Set(malformed.map(({ index }) => index));
  return list.filter((_, index) => !left.has(index)) as LogEvent[];
}

function whatIsWrong(event: unknown): string | null {
  if (typeof event !== 'object' || event === null) return 'it is not an object';
  const { id, timestamp, message } = event as Partial<Record<string, unknown>>;
  if (typeof id !== 'string' || id === '') return 'it has no id';
  if (typeof timestamp !== 'number') return 'its timestamp is not a number';
  return typeof message === 'string' ? null : 'its message is not text';
}
