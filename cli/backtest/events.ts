/** Log events from files, in the order of their times over all of them; lines in a file keep their order. */
import { createReadStream } from 'node:fs';
import type { LogBatch, LogEvent } from '../../shared/logs/event.ts';
import { recogniseTimestamp } from '../../shared/logs/timestamps.ts';
import { readLineBlocks } from '../terminal/lines.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { EarliestFirst } from './earliest-first.ts';
import { EventIds } from './event-ids.ts';
import type { LogFile } from './logs.ts';
import { recordIn } from './record.ts';

export interface EventFileOptions extends LogFile {
  /** What a date without a year is nearest to, ms. */
  referenceMs: number;
}

const ACCOUNT = '000000000000';
const REGION = 'local';
/** So many files may be open whatever their times are. */
const OPEN_MAX = 64;
/** Of one file at once: each reading has its price, whatever it brings. */
const READ_BYTES = 1 << 18;
const EXPORTED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) (.*)$/s;

/**
 * The events of one file, each as a delivery of its own: NDJSON records (contract §2), or plain lines whose leading
 * time is recognised; a line without one takes that of the line before.
 */
export class EventFile {
  /** Lines before the first time: nobody can say when they were. */
  undated = 0;
  readonly #options: EventFileOptions;
  #blocks: AsyncGenerator<string[]>;
  #isSetAside = false;
  /** The first path: it stands for all of them, and for a log group that nobody has named. */
  readonly #name: string;
  readonly #ids: EventIds;
  readonly #place: { logGroup: string; logStream: string };
  #lines: string[] = [];
  #taken = 0;
  #number = 0;
  #time: number | null = null;
  #head: LogBatch | undefined;

  constructor(options: EventFileOptions) {
    this.#options = options;
    this.#blocks = blocksOf(options.paths);
    this.#name = options.paths[0] ?? '';
    this.#ids = new EventIds(this.#name);
    this.#place = { logGroup: options.logGroup ?? this.#name, logStream: options.logStream };
  }

  /** The next event, where it is known without reading on. */
  get head(): LogBatch | undefined {
    return this.#head;
  }

  /** Time of the next event, ms. */
  get time(): number {
    return this.#head?.events[0]?.timestamp ?? Number.POSITIVE_INFINITY;
  }

  /** Closes the file until its first event, which stays known, has its turn: few systems open thousands at once. */
  async setAside(): Promise<void> {
    await this.#blocks.return(undefined);
    this.#blocks = blocksOf(this.#options.paths);
    this.#lines = [];
    this.#number = 0;
    this.#time = null;
    this.undated = 0;
    this.#isSetAside = true;
  }

  /** Opens the file again: its next event is the same. */
  async takeUp(): Promise<void> {
    this.#isSetAside = false;
    await next(this);
  }

  get isSetAside(): boolean {
    return this.#isSetAside;
  }

  /** Goes on to the next event as far as lines are in memory; false where more must be read. */
  advance(): boolean {
    this.#head = undefined;
    while (this.#head === undefined && this.#taken < this.#lines.length) {
      this.#head = this.#eventOf(this.#lines[this.#taken] ?? '');
      this.#taken += 1;
    }
    return this.#head !== undefined;
  }

  /**
   * Reads on; false at the end of the file.
   * @throws UsageError where the file cannot be read.
   */
  async read(): Promise<boolean> {
    const { done, value } = await this.#blocks.next().catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new UsageError(`${this.#name} cannot be read: ${why}.`, { cause: error });
    });
    this.#lines = done ? [] : value;
    this.#taken = 0;
    return !done;
  }

  #eventOf(text: string): LogBatch | undefined {
    this.#number += 1;
    if (text === '') return undefined;
    const id = this.#ids.ofLine(this.#number);
    if (this.#options.isExport) return this.#exported(text, id);
    const record = recordIn(text);
    if (record !== null && record.timestamp < (this.#options.from ?? Number.NEGATIVE_INFINITY))
      return undefined;
    if (record !== null) {
      this.#time = record.timestamp;
      const { logGroup = this.#place.logGroup, logStream = this.#place.logStream } = record;
      const own = record.id === undefined ? id : this.#ids.ofOwn(record.id, logGroup, logStream);
      return delivery(logGroup, logStream, { ...record, id: own });
    }
    return this.#at(recogniseTimestamp(text, this.#options.referenceMs)?.timestamp ?? null, text, id);
  }

  /** A line of an export: the event's time, a space, the message. */
  #exported(text: string, id: string): LogBatch | undefined {
    const [, time, message] = EXPORTED.exec(text) ?? [];
    return this.#at(time === undefined ? null : Date.parse(time), message ?? text, id);
  }

  /** `time` null: that of the line before. */
  #at(time: number | null, message: string, id: string): LogBatch | undefined {
    this.#time = time ?? this.#time;
    if (this.#time === null) {
      this.undated += 1;
      return undefined;
    }
    const { logGroup, logStream } = this.#place;
    return delivery(logGroup, logStream, { id, timestamp: this.#time, message });
  }
}

/** One after the other, each opened when its turn has come. */
async function* blocksOf(paths: readonly string[]): AsyncGenerator<string[]> {
  for (const path of paths) {
    const stream = createReadStream(path, { highWaterMark: READ_BYTES });
    try {
      yield* readLineBlocks(stream);
    } finally {
      stream.destroy();
    }
  }
}

function delivery(logGroup: string, logStream: string, { id, timestamp, message }: LogEvent): LogBatch {
  return { account: ACCOUNT, region: REGION, logGroup, logStream, events: [{ id, timestamp, message }] };
}

/** Takes from several files whichever has the earliest event next, until `take` was given all. */
export async function inOrder(
  files: readonly EventFile[],
  take: (delivery: LogBatch, time: number) => Promise<void> | undefined,
): Promise<void> {
  const open = new EarliestFirst<EventFile>();
  for (const file of files) {
    if (!(await next(file))) continue;
    if (files.length > OPEN_MAX) await file.setAside();
    open.add(file);
  }
  for (let first = open.first; first !== undefined; first = open.first) {
    if (first.isSetAside) await first.takeUp();
    // Most events concern no rule: only what must be waited for is.
    const taking = first.head === undefined ? undefined : take(first.head, first.time);
    if (taking !== undefined) await taking;
    if (first.advance() || (await next(first))) open.sink();
    else open.dropFirst();
  }
}

async function next(file: EventFile): Promise<boolean> {
  while (await file.read()) if (file.advance()) return true;
  return false;
}
