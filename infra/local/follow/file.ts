/**
 * Follows one log file: complete lines only, through rotation by renaming and by copying and truncating (the old file is
 * read to its end first, also where it is compressed by now, then those that were rotated after it), and over restarts.
 */
import { type FileHandle, stat } from 'node:fs/promises';
import type { Checkpoint, Checkpoints } from './checkpoints.ts';
import { headOf, holds, nameOfFile } from './identity.ts';
import { type Line, lastRecordAt, linesOf } from './lines.ts';
import { findMissed, findNext, findRotated, openIfThere } from './rotated.ts';

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

export interface FollowOptions {
  /** Lines that go on with the one before, such as stack traces, are one record with it. */
  joins?: boolean;
}

export class FollowedFile {
  readonly path: string;
  readonly #checkpoints: Checkpoints;
  readonly #clock: () => number;
  #handle: FileHandle | undefined;
  #at: Checkpoint | undefined;
  /** What is open is a copy of the file, and complete. */
  #isCopy = false;
  /** The last file that was read to its end and rotated. */
  #finished: string | undefined;
  readonly #joins: boolean;
  /** The open file as it was when all of it had been read. */
  #read: { size: number; mtimeMs: number } | undefined;
  /** Nothing stood in the open file when it was looked at before. */
  #wasEmpty = false;
  /** Where the file ended when its last record was first seen to wait, and when that was, ms. */
  #waiting: { end: number; since: number } | undefined;

  constructor(path: string, checkpoints: Checkpoints, clock: () => number, options: FollowOptions = {}) {
    this.path = path;
    this.#checkpoints = checkpoints;
    this.#clock = clock;
    this.#joins = options.joins ?? false;
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
    if (this.#handle === undefined && !(await this.#open())) return null;
    if ((await this.#isAsItWas()) && !(await this.#rotated())) return null;
    if (await this.#truncated()) {
      await this.close();
      return await this.read(final);
    }
    if (await this.#openMissed()) return await this.read(final);
    const chunk = await this.#next(final || this.#isCopy);
    if (chunk !== null || !(this.#isCopy || (await this.#rotated()))) return chunk;
    // The old file gets no more lines: an unfinished last one is whole.
    const rest = await this.#next(true);
    if (rest !== null) return rest;
    this.#finished = this.#at && nameOfFile(this.#at);
    await this.close();
    return await this.read(final);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
    this.#at = undefined;
    this.#read = undefined;
  }

  /** Whether nothing happened to the open file since it was read to its end: most looks find that. */
  async #isAsItWas(): Promise<boolean> {
    const [handle, at] = [this.#handle, this.#at];
    if (handle === undefined || at === undefined || this.#isCopy) return false;
    const { size, mtimeMs } = await handle.stat();
    this.#wasEmpty ||= size === 0;
    const before = this.#read;
    this.#read = at.offset === size && at.pending === null ? { size, mtimeMs } : undefined;
    return this.#read !== undefined && before?.size === size && before.mtimeMs === mtimeMs;
  }

  /** Opens the file where it was left, or what comes next; false where there is none. */
  async #open(): Promise<boolean> {
    const known = this.#checkpoints.load(this.path);
    const handle = await openIfThere(this.path);
    const file = (await handle?.stat())?.ino;
    if (known !== undefined && handle !== undefined && known.file === file && (await holds(handle, known)))
      return this.#begin(handle, known);
    // Rotated, perhaps more than once, while nobody looked: what was written until then comes first.
    if (known !== undefined && (await this.#openRotated(known))) {
      await handle?.close();
      return true;
    }
    if (handle === undefined || file === undefined) return false;
    return this.#beginFresh(handle, file, known);
  }

  async #openRotated(known: Checkpoint): Promise<boolean> {
    if (nameOfFile(known) !== this.#finished) {
      const rest = await findRotated(this.path, known);
      if (rest !== undefined) return this.#begin(rest.handle, known, rest.isCopy);
    }
    const next = await findNext(this.path, known);
    return next !== undefined && this.#beginFresh(next.handle, next.file, known, next.isCopy);
  }

  /**
   * A file that was empty at an earlier look may have been written to, copied and truncated since, any number of times:
   * nothing of it tells, but the copies, which are newer than that look.
   */
  async #openMissed(): Promise<boolean> {
    const [handle, at] = [this.#handle, this.#at];
    if (handle === undefined || at === undefined || !this.#wasEmpty || this.#isCopy) return false;
    if ((await handle.stat()).size === 0) return false;
    this.#wasEmpty = false;
    const missed = await findMissed(this.path, at);
    if (missed === undefined) return false;
    await this.close();
    return this.#beginFresh(missed.handle, missed.file, at, missed.isCopy);
  }

  #beginFresh(handle: FileHandle, file: number, before: Checkpoint | undefined, isCopy = false): boolean {
    const now = this.#clock();
    const epoch = Math.max(now, (before?.epoch ?? 0) + 1);
    const fresh = { file, epoch, offset: 0, readAt: now, lastTime: 0, pending: null };
    this.#begin(handle, fresh, isCopy);
    this.#wasEmpty = false;
    // At once: by the next look it may have grown past where the one before it was, or be rotated in its turn.
    this.#move(fresh);
    return true;
  }

  #begin(handle: FileHandle, at: Checkpoint, isCopy = false): boolean {
    this.#handle = handle;
    this.#at = at;
    this.#isCopy = isCopy;
    this.#wasEmpty = at.offset === 0 && at.head === undefined && at.pending === null;
    return true;
  }

  /** Whether the open file was cut short and may hold other lines at the same places by now. */
  async #truncated(): Promise<boolean> {
    const [handle, at] = [this.#handle, this.#at];
    return handle !== undefined && at !== undefined && !this.#isCopy && !(await holds(handle, at));
  }

  /** Whether another file is written in its place: one without a line yet may mean that the old one still is. */
  async #rotated(): Promise<boolean> {
    try {
      const { ino, size } = await stat(this.path);
      return ino !== this.#at?.file && size > 0;
    } catch (error) {
      // Renamed, and no new one yet.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  async #next(final: boolean): Promise<Chunk | null> {
    const [handle, at] = [this.#handle, this.#at];
    if (handle === undefined || at === undefined) return null;
    const { offset, pending, lastTime } = at;
    const bytes = await readAt(handle, offset, pending === null ? null : pending.to - offset);
    const whole = final || pending !== null || bytes.length >= LINE_BYTES_MAX;
    const complete = pending === null ? completeBytes(bytes, whole) : bytes.length;
    const isJoining = this.#joins && pending === null && complete > 0;
    const end = isJoining ? await this.#wholeRecords(handle, bytes, complete, offset, final) : complete;
    if (end === 0) return null;
    const going = { to: offset + end, readAt: pending?.readAt ?? this.#clock() };
    const head = await headOf(handle, bytes.subarray(0, end), offset, at.head);
    // Cut short between the look and the reading: these are lines of another file, from somewhere within.
    if (!(this.#isCopy || (await holds(handle, at)))) return null;
    const begun = { ...at, ...(head === undefined ? {} : { head }), readAt: going.readAt, pending: going };
    this.#move(begun);
    const lines = linesOf(bytes.subarray(0, end), `${this.path}|${at.file}|${at.epoch}`, offset, this.#joins);
    const done = (last: number) => this.#move({ ...begun, offset: going.to, lastTime: last, pending: null });
    return { lines, readAt: going.readAt, lastTime, done };
  }

  /** How many of the complete bytes are records that nothing will be added to. */
  async #wholeRecords(
    handle: FileHandle,
    bytes: Buffer,
    complete: number,
    offset: number,
    final: boolean,
  ): Promise<number> {
    const end = offset + bytes.length;
    const last = lastRecordAt(bytes.subarray(0, complete));
    // A record that fills a chunk is taken as far as it goes.
    if (end < (await handle.stat()).size) return last === 0 ? complete : last;
    if (this.#waiting?.end !== end) this.#waiting = { end, since: this.#clock() };
    const hasWaited = this.#clock() >= this.#waiting.since + RECORD_WAIT_MS;
    return final || hasWaited ? complete : last;
  }

  #move(to: Checkpoint): void {
    this.#at = to;
    this.#checkpoints.save(this.path, to);
  }
}

/** A chunk from `offset` on: `length` bytes, or with null at least one whole line where there is one. */
async function readAt(handle: FileHandle, offset: number, length: number | null): Promise<Buffer> {
  // No more than there is: most looks find a few lines, and what was allocated for more is not collected soon.
  const there = Math.max(0, (await handle.stat()).size - offset);
  let size = length ?? Math.min(CHUNK_BYTES, there);
  for (;;) {
    const buffer = Buffer.allocUnsafe(size);
    const { bytesRead } = await handle.read(buffer, 0, size, offset);
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
