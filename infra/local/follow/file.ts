/**
 * Follows one log file: complete lines only, through rotation by renaming (the old file is read to its end first) and
 * by truncation, and over restarts.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Checkpoint, Checkpoints } from './checkpoints.ts';

/** A complete line and where it stood. */
export interface Line {
  text: string;
  /** Unique over files and restarts. */
  id: string;
}

/** Complete lines, read at once. Taking them twice, with the same time, must count them once. */
export type TakeLines = (lines: Line[], readAt: number) => Promise<void>;

const CHUNK_BYTES = 256 * 1024;
/** A longer line is cut into pieces of this size, so that memory stays bounded. */
const LINE_BYTES_MAX = 1024 * 1024;
const NEWLINE = 0x0a;

export class FollowedFile {
  readonly path: string;
  readonly #checkpoints: Checkpoints;
  readonly #take: TakeLines;
  readonly #clock: () => number;
  #handle: FileHandle | undefined;
  #at: Checkpoint | undefined;

  constructor(path: string, checkpoints: Checkpoints, clock: () => number, take: TakeLines) {
    this.path = path;
    this.#checkpoints = checkpoints;
    this.#clock = clock;
    this.#take = take;
  }

  /** Reads what has been added; true where something was. `final`: also a last line without its end. */
  async poll(final = false): Promise<boolean> {
    if (this.#handle === undefined && !(await this.#open())) return false;
    let read = false;
    while (await this.#step(final)) read = true;
    if (!(await this.#rotated())) return read;
    // The old file gets no more lines: an unfinished last one is whole.
    while (await this.#step(true)) read = true;
    await this.close();
    return (await this.poll(final)) || read;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
    this.#at = undefined;
  }

  /** Opens the file where it was left; false where there is none. */
  async #open(): Promise<boolean> {
    try {
      this.#handle = await open(this.path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
    const { ino } = await this.#handle.stat();
    const known = this.#checkpoints.load(this.path);
    this.#at = known?.file === ino ? known : { file: ino, epoch: 0, offset: 0, pending: null };
    return true;
  }

  async #rotated(): Promise<boolean> {
    try {
      return (await stat(this.path)).ino !== this.#at?.file;
    } catch (error) {
      // Renamed, and no new one yet.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  /** Hands on one chunk; false where there is none yet. */
  async #step(final: boolean): Promise<boolean> {
    const [handle, at] = [this.#handle, this.#at];
    if (handle === undefined || at === undefined) return false;
    const { size } = await handle.stat();
    const from = size < at.offset ? { ...at, epoch: at.epoch + 1, offset: 0, pending: null } : at;
    const { offset, pending } = from;
    const bytes = await readAt(handle, offset, pending === null ? null : pending.to - offset);
    const end =
      pending === null ? completeBytes(bytes, final || bytes.length >= LINE_BYTES_MAX) : bytes.length;
    if (end === 0) return false;
    const going = { to: offset + end, readAt: pending?.readAt ?? this.#clock() };
    this.#move({ ...from, pending: going });
    await this.#take(
      linesOf(bytes.subarray(0, end), `${this.path}|${from.file}|${from.epoch}`, offset),
      going.readAt,
    );
    this.#move({ ...from, offset: going.to, pending: null });
    return true;
  }

  #move(to: Checkpoint): void {
    this.#at = to;
    this.#checkpoints.save(this.path, to);
  }
}

/** A chunk from `offset` on: `length` bytes, or with null at least one whole line where there is one. */
async function readAt(handle: FileHandle, offset: number, length: number | null): Promise<Buffer> {
  let size = length ?? CHUNK_BYTES;
  for (;;) {
    const buffer = Buffer.allocUnsafe(size);
    const { bytesRead } = await handle.read(buffer, 0, size, offset);
    const bytes = buffer.subarray(0, bytesRead);
    if (length !== null || bytesRead < size || bytes.includes(NEWLINE) || size >= LINE_BYTES_MAX)
      return bytes;
    size = Math.min(size * 2, LINE_BYTES_MAX);
  }
}

function completeBytes(bytes: Buffer, whole: boolean): number {
  const lastNewline = bytes.lastIndexOf(NEWLINE);
  return lastNewline === -1 && whole ? bytes.length : lastNewline + 1 || (whole ? bytes.length : 0);
}

function linesOf(bytes: Buffer, origin: string, offset: number): Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    const text = bytes.toString('utf8', start, end).replace(/\r$/, '');
    const place = `${origin}|${offset + start}|${text}`;
    if (text !== '') lines.push({ text, id: createHash('sha256').update(place).digest('hex').slice(0, 56) });
    start = end + 1;
  }
  return lines;
}
