/**
 * Follows one log file: complete lines only, through rotation by renaming and by copying and truncating (the old file is
 * read to its end first, also where it is compressed by now, then those that were rotated after it), and over restarts.
 */
import type { Checkpoint, Checkpoints, Known } from './checkpoints.ts';
import { DISK, type Disk, type Look, type OpenFile } from './disk.ts';
import { cutAt, grownHead, holds, isBlank, nameOfFile, tailOf } from './identity.ts';
import { type Line, lastRecordAt, linesOf } from './lines.ts';
import { isCompressed } from './names.ts';
import { withoutLeftOpen } from './open-files.ts';
import { findPlace, type Place } from './rotated.ts';

/** Complete lines, read at once. Taking them again after a crash, with the same times, must count them once. */
export interface Chunk {
  lines: Line[];
  /** When they were read, ms. */
  readAt: number;
  /** Time of the last line before them, ms; 0: there was none. */
  lastTime: number;
  /** They are taken; `lastTime` is now that of their last line. */
  done(lastTime: number): void;
}

/** Takes a chunk; answers the time of its last line, ms, or null where it was not taken and comes again. */
export type TakeLines = (chunk: Omit<Chunk, 'done'>) => Promise<number | null>;

const CHUNK_BYTES = 256 * 1024;
/** A longer line is cut into pieces of this size, so that memory stays bounded. */
const LINE_BYTES_MAX = 1024 * 1024;
const NEWLINE = 0x0a;
/** So long (ms) the last record of a file waits for lines that go on with it. */
const RECORD_WAIT_MS = 1_000;
/** So long (ms) one process of a service may still write to the old file when another has opened the new one. */
const LEFT_AFTER_MS = 1_000;
/** So long (ms) after a file was deleted somebody may still write to it, or make it anew. */
const GONE_AFTER_MS = 60_000;

export interface FollowOptions {
  /** Lines that go on with the one before, such as stack traces, are one record with it. */
  joins?: boolean;
  /** Files that are followed by themselves, whatever they are called. */
  others?: ReadonlySet<string>;
  disk?: Disk;
}

/** The file that is read, and how far it is. */
interface Reading {
  file: OpenFile;
  /** Of what is open: what the checkpoint speaks of may be read from a copy. */
  inode: number;
  at: Checkpoint;
  isComplete: boolean;
}

export class FollowedFile {
  readonly path: string;
  readonly #checkpoints: Checkpoints;
  readonly #clock: () => number;
  readonly #joins: boolean;
  readonly #others: ReadonlySet<string>;
  readonly #disk: Disk;
  #reading: Reading | undefined;
  /** The last file that was read to its end and rotated. */
  #finished: string | undefined;
  /** The open file as it was when all of it had been read. */
  #read: Look | undefined;
  /** Where the file ended when its last record was first seen to wait, and when that was, ms. */
  #waiting: { end: number; since: number } | undefined;
  /** Since when another file is written in place of the open one, ms. */
  #replacedSince: number | undefined;
  /** There was a file with the name at the last look. */
  #isNamed = true;
  /** Since when there is none, and what was read has no other name, ms. */
  #goneSince: number | undefined;

  constructor(path: string, checkpoints: Checkpoints, clock: () => number, options: FollowOptions = {}) {
    this.path = path;
    this.#checkpoints = checkpoints;
    this.#clock = clock;
    this.#joins = options.joins ?? false;
    this.#others = options.others ?? new Set();
    this.#disk = options.disk ?? DISK;
  }

  /** Takes what has been added; true where something was. `final`: also a last line without its end. */
  async poll(take: TakeLines, final = false): Promise<boolean> {
    let read = false;
    while (await this.takeNext(take, final)) read = true;
    return read;
  }

  /** Takes one chunk of what has been added; false where there is none, or it was not taken. */
  async takeNext(take: TakeLines, final = false): Promise<boolean> {
    const chunk = await this.read(final);
    if (chunk === null) return false;
    const lastTime = await take(chunk);
    if (lastTime === null) return false;
    chunk.done(lastTime);
    return true;
  }

  /** The next chunk, null where there is none yet. It must be `done` before the next is read. */
  async read(final = false): Promise<Chunk | null> {
    for (;;) {
      const reading = this.#reading ?? (await withoutLeftOpen(this.#disk, (disk) => this.#begin(disk)));
      if (reading === undefined) return null;
      const chunk = await this.#readFrom(reading, final);
      if (chunk !== 'over') return chunk;
      await this.close();
    }
  }

  /**
   * Whether the file was deleted, a minute ago: what is left to read of it is whole. One that was renamed is not gone:
   * the service may still write to it.
   */
  async isGone(): Promise<boolean> {
    if (!(await this.#isDeleted())) this.#goneSince = undefined;
    else this.#goneSince ??= this.#clock();
    return this.#goneSince !== undefined && this.#clock() >= this.#goneSince + GONE_AFTER_MS;
  }

  async close(): Promise<void> {
    const reading = this.#reading;
    this.#reading = undefined;
    this.#read = undefined;
    this.#replacedSince = undefined;
    await reading?.file.close();
  }

  /** `over`: what comes next is another file, or the same one after it was truncated. */
  async #readFrom(reading: Reading, final: boolean): Promise<Chunk | 'over' | null> {
    const { file, inode, at, isComplete } = reading;
    const look = await file.look();
    if (!isComplete && this.#isAsItWas(at, look) && !(await this.#isReplaced(inode))) return null;
    // Of a file of which nothing was seen it takes a search to tell what the lines in it are.
    if (isBlank(at)) return look.size > 0 || (await this.#isReplaced(inode)) ? 'over' : null;
    if (!(await holds(file, at))) return 'over';
    const chunk = await this.#next(reading, final || isComplete);
    if (chunk !== null || !(isComplete || (await this.#isLeft(inode, final)))) return chunk;
    // The old file gets no more lines: an unfinished last one is whole.
    const rest = await this.#next(reading, true);
    if (rest !== null) return rest;
    this.#finished = nameOfFile(at);
    return 'over';
  }

  /** Whether nothing happened to the open file since it was read to its end: most looks find that. */
  #isAsItWas({ offset, pending }: Checkpoint, look: Look): boolean {
    const before = this.#read;
    this.#read = offset === look.size && pending === null ? look : undefined;
    return this.#read !== undefined && before?.size === look.size && before.modifiedMs === look.modifiedMs;
  }

  /** Begins where it was left, or with what comes next; undefined where there is nothing. */
  async #begin(disk: Disk): Promise<Reading | undefined> {
    const known = this.#checkpoints.load(this.path);
    const isFinished = known !== undefined && nameOfFile(known) === this.#finished;
    if (isFinished && isCompressed(this.path) && !(await this.#isReplaced(known.file))) return undefined;
    const search = { disk, path: this.path, known, isFinished, others: this.#others };
    const place = await findPlace(search);
    if (place === undefined) return undefined;
    const { file, look, isComplete } = place;
    const goesOn = place.goesOn && known !== undefined;
    const reader = goesOn ? undefined : await this.#readerOf(place);
    if (reader?.isAtIt) {
      await file.close();
      return undefined;
    }
    const at = goesOn ? cutAt(known, (await file.look()).size) : this.#beginning(place, known, reader?.read);
    // Where something stands in it, the first lines name it better, and soon: files may all begin with the same banner.
    if (!goesOn && (isBlank(at) || known === undefined || reader !== undefined)) this.#move(at);
    this.#reading = { file, inode: look.file, isComplete, at };
    return this.#reading;
  }

  /**
   * Who has read a file that comes under this name: renamed, it may be called as logs are (`app-1.log`). It is read on
   * from where it was left, once the other has left it.
   */
  async #readerOf({ file, look }: Place): Promise<{ isAtIt: boolean; read: Known } | undefined> {
    for (const [path, at] of this.#checkpoints.all()) {
      if (path === this.path) continue;
      for (const read of [at, at.before])
        if (read?.file === look.file && !isBlank({ ...at, ...read }) && (await holds(file, read)))
          return { isAtIt: read === at && this.#others.has(path), read };
    }
    return undefined;
  }

  #beginning({ look, head }: Place, before: Checkpoint | undefined, read?: Known): Checkpoint {
    const now = this.#clock();
    const epoch = Math.max(now, (before?.epoch ?? 0) + 1);
    // An empty file may be there before the last line of the one before it.
    const modifiedMs =
      head === undefined ? Math.max(look.modifiedMs, before?.modifiedMs ?? 0) : look.modifiedMs;
    const fresh = { file: look.file, epoch, offset: 0, modifiedMs, readAt: now };
    const left = before && !isBlank(before) ? { before: knownOf(before) } : {};
    return { ...fresh, ...(head && { head }), ...read, ...left, lastTime: 0, pending: null };
  }

  /** Whether all have gone over to the file that is written in place of this one. */
  async #isLeft(inode: number, final: boolean): Promise<boolean> {
    if (!(await this.#isReplaced(inode))) return false;
    this.#replacedSince ??= this.#clock();
    return final || this.#clock() >= this.#replacedSince + LEFT_AFTER_MS;
  }

  async #isDeleted(): Promise<boolean> {
    if (this.#reading === undefined) return (await this.#disk.look(this.path)) === undefined;
    return !this.#isNamed && (await this.#reading.file.look()).names === 0;
  }

  /** Whether another file is written in its place: one without a line yet may mean that the old one still is. */
  async #isReplaced(inode: number): Promise<boolean> {
    const now = await this.#disk.look(this.path);
    this.#isNamed = now !== undefined;
    return now !== undefined && now.file !== inode && now.size > 0;
  }

  async #next({ file, at }: Reading, final: boolean): Promise<Chunk | null> {
    const { offset, pending, lastTime } = at;
    const bytes = await readAt(file, offset, pending === null ? null : pending.to - offset);
    const whole = final || pending !== null || bytes.length >= LINE_BYTES_MAX;
    const complete = pending === null ? completeBytes(bytes, whole) : bytes.length;
    const isJoining = this.#joins && pending === null && complete > 0;
    const end = isJoining ? await this.#wholeRecords(file, bytes, complete, offset, final) : complete;
    if (end === 0) return null;
    const taken = bytes.subarray(0, end);
    const tail = tailOf(taken);
    const going = { to: offset + end, readAt: pending?.readAt ?? this.#clock(), ...(tail && { tail }) };
    const head = await grownHead(file, at.head, going.to);
    // After the reading, so that a copy that was made before has no later time.
    const { modifiedMs } = await file.look();
    // Cut short between the look and the reading: these are lines of another file, from somewhere within.
    if (!(await holds(file, at))) return null;
    const begun = { ...at, modifiedMs, readAt: going.readAt, pending: going };
    this.#move(begun);
    const lines = linesOf(taken, `${this.path}|${at.file}|${at.epoch}`, offset, this.#joins);
    const left = { ...begun, ...(head && { head }), ...(tail && { tail }), offset: going.to, pending: null };
    return { lines, readAt: going.readAt, lastTime, done: (last) => this.#move({ ...left, lastTime: last }) };
  }

  /** How many of the complete bytes are records that nothing will be added to. */
  async #wholeRecords(
    file: OpenFile,
    bytes: Buffer,
    complete: number,
    offset: number,
    final: boolean,
  ): Promise<number> {
    const end = offset + bytes.length;
    const last = lastRecordAt(bytes.subarray(0, complete));
    // A record that fills a chunk is taken as far as it goes.
    if (end < (await file.look()).size) return last === 0 ? complete : last;
    if (this.#waiting?.end !== end) this.#waiting = { end, since: this.#clock() };
    const hasWaited = this.#clock() >= this.#waiting.since + RECORD_WAIT_MS;
    return final || hasWaited ? complete : last;
  }

  #move(to: Checkpoint): void {
    if (this.#reading !== undefined) this.#reading.at = to;
    this.#checkpoints.save(this.path, to);
  }
}

function knownOf({ file, offset, head, tail }: Checkpoint): Known {
  return { file, offset, ...(head && { head }), ...(tail && { tail }) };
}

/** A chunk from `offset` on: `length` bytes, or with null at least one whole line where there is one. */
async function readAt(file: OpenFile, offset: number, length: number | null): Promise<Buffer> {
  // No more than there is: most looks find a few lines, and what was allocated for more is not collected soon.
  const there = Math.max(0, (await file.look()).size - offset);
  let size = length ?? Math.min(CHUNK_BYTES, there);
  for (;;) {
    const buffer = Buffer.allocUnsafe(size);
    const bytesRead = await file.read(buffer, offset);
    const bytes = buffer.subarray(0, bytesRead);
    const isAll = bytesRead < size || size >= there;
    if (length !== null || isAll || bytes.includes(NEWLINE) || size >= LINE_BYTES_MAX) return bytes;
    size = Math.min(size * 2, LINE_BYTES_MAX);
  }
}

function completeBytes(bytes: Buffer, whole: boolean): number {
  const lastNewline = bytes.lastIndexOf(NEWLINE);
  return lastNewline === -1 && whole ? bytes.length : lastNewline + 1 || (whole ? bytes.length : 0);
}
