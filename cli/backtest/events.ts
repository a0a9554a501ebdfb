/** Log events from files, in the order of their times over all of them; lines in a file keep their order. */
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import type { LogBatch, LogEvent } from '../../shared/logs/event.ts';
import { recogniseTimestamp } from '../../shared/logs/timestamps.ts';
import { readLines } from '../lines.ts';

/** An event and where it belongs. */
export interface PlacedEvent {
  event: LogEvent;
  logGroup: string;
  logStream: string;
}

export interface EventFile {
  /** Absolute. */
  path: string;
  /** For lines that name none; null: the file's path. */
  logGroup: string | null;
}

const ACCOUNT = '000000000000';
const REGION = 'local';
/** Events of so long (ms) go in together, at most so many. */
const BATCH_MS = 1000;
const BATCH_EVENTS = 1000;

/** Exactly the contract's keys: a service's own JSON line may have a timestamp and a message too, and more. */
const record = z.strictObject({
  timestamp: z.union([z.number(), z.string()]),
  message: z.string(),
  logGroup: z.string().optional(),
  logStream: z.string().optional(),
  id: z.string().optional(),
});

/**
 * The events of one file: NDJSON records (contract §2), or plain lines whose leading time is recognised; a line without
 * one takes that of the line before. `referenceMs`: what a date without a year is nearest to. `undated` counts the
 * lines before the first time.
 */
export async function* eventsOf(
  file: EventFile,
  referenceMs: number,
  undated: (lines: number) => void,
): AsyncGenerator<PlacedEvent> {
  const place = { logGroup: file.logGroup ?? file.path, logStream: basename(file.path) };
  let number = 0;
  let last: number | null = null;
  for await (const text of readLines(createReadStream(file.path))) {
    number += 1;
    if (text === '') continue;
    const id = `${file.path}:${number}`;
    const found = placedRecord(text, id, place);
    if (found !== null) {
      last = found.event.timestamp;
      yield found;
      continue;
    }
    last = recogniseTimestamp(text, referenceMs)?.timestamp ?? last;
    if (last === null) undated(1);
    else yield { event: { id, timestamp: last, message: text }, ...place };
  }
}

function placedRecord(text: string, id: string, place: Omit<PlacedEvent, 'event'>): PlacedEvent | null {
  if (!text.startsWith('{') || !text.includes('"message"')) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // A plain line that happens to begin with a brace.
    return null;
  }
  const result = record.safeParse(json);
  if (!result.success) return null;
  const { timestamp, message, ...named } = result.data;
  const time = typeof timestamp === 'number' ? timestamp : Date.parse(timestamp);
  if (!Number.isFinite(time)) return null;
  const { logGroup = place.logGroup, logStream = place.logStream } = named;
  return { event: { id: named.id ?? id, timestamp: time, message }, logGroup, logStream };
}

/** Takes from several streams whichever has the earliest event next. */
export async function* merged(streams: AsyncGenerator<PlacedEvent>[]): AsyncGenerator<PlacedEvent> {
  const heads = await Promise.all(streams.map(async (stream) => ({ stream, next: await stream.next() })));
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (head.next.done) continue;
      if (first === undefined || timeOf(head) < timeOf(first)) first = head;
    }
    if (first === undefined || first.next.done) return;
    yield first.next.value;
    first.next = await first.stream.next();
  }
}

function timeOf({ next }: { next: IteratorResult<PlacedEvent> }): number {
  return next.done ? Number.POSITIVE_INFINITY : next.value.event.timestamp;
}

/** Runs of events of one stream within a second, as a delivery would bring them. */
export async function* batched(events: AsyncIterable<PlacedEvent>): AsyncGenerator<LogBatch> {
  let batch: LogBatch | undefined;
  for await (const { event, logGroup, logStream } of events) {
    const fits = batch !== undefined && batch.logGroup === logGroup && batch.logStream === logStream;
    const [first] = batch?.events ?? [];
    const near = first !== undefined && Math.abs(event.timestamp - first.timestamp) < BATCH_MS;
    if (batch !== undefined && fits && near && batch.events.length < BATCH_EVENTS) batch.events.push(event);
    else {
      if (batch !== undefined) yield batch;
      batch = { account: ACCOUNT, region: REGION, logGroup, logStream, events: [event] };
    }
  }
  if (batch !== undefined) yield batch;
}
