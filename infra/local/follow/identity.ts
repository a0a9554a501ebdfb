/**
 * Which file is this: inodes are given anew once a file is gone, and a file that was copied and truncated keeps its
 * own, so that what a file begins with counts, too, and what stands where reading was left: a file of another day may
 * begin with the same banner.
 */
import { createHash } from 'node:crypto';
import type { Checkpoint, Known, Print } from './checkpoints.ts';
import type { OpenFile } from './disk.ts';

const PRINT_BYTES_MAX = 1024;
const NEWLINE = 0x0a;

/** What names a file over its truncations. */
export function nameOfFile({ file, epoch }: Checkpoint): string {
  return `${file}|${epoch}`;
}

/** Nothing was seen of the file yet: its inode alone does not tell what it is, once something stands in it. */
export function isBlank({ offset, head, pending }: Checkpoint): boolean {
  return offset === 0 && pending === null && (head === undefined || head.bytes === 0);
}

/**
 * What a file begins with, its first line; undefined where it is empty. No more, since a copy may end there that is made
 * at the same time.
 */
export async function headOf(file: OpenFile): Promise<Print | undefined> {
  const bytes = await bytesAt(file, 0, PRINT_BYTES_MAX);
  const newline = bytes.indexOf(NEWLINE);
  return printOf(newline === -1 ? bytes : bytes.subarray(0, newline + 1));
}

/** The same, as far as the file was read by now; the print before where other lines stand there. */
export async function grownHead(
  file: OpenFile,
  before: Print | undefined,
  readTo: number,
): Promise<Print | undefined> {
  const length = Math.min(readTo, PRINT_BYTES_MAX);
  if (before !== undefined && before.bytes >= length) return before;
  const isSame = await hasPrint(file, before, before?.bytes ?? 0);
  return isSame ? printOf(await bytesAt(file, 0, length)) : before;
}

/** The print of the end of these bytes; undefined where there are none. */
export function tailOf(bytes: Buffer): Print | undefined {
  return printOf(bytes.subarray(Math.max(0, bytes.length - PRINT_BYTES_MAX)));
}

/** Whether a file holds what was read of it, at the same places. */
export async function holds(file: OpenFile, at: Known & Partial<Checkpoint>): Promise<boolean> {
  const { offset, head, tail, pending = null } = at;
  if ((await file.look()).size < (pending?.to ?? offset)) return false;
  if (!(await hasPrint(file, head, head?.bytes ?? 0))) return false;
  if (!(await hasPrint(file, tail, offset))) return false;
  return pending === null || (await hasPrint(file, pending.tail, pending.to));
}

/** What of a checkpoint holds for a copy that ends within what was read last: more was written before the truncation. */
export function cutAt(at: Checkpoint, size: number): Checkpoint {
  const { offset, pending } = at;
  if (pending === null || pending.to <= size) return at;
  return { ...at, pending: size > offset ? { to: size, readAt: pending.readAt } : null };
}

/** Whether there is such a print where it should end; where there is none to compare with, nothing speaks against it. */
async function hasPrint(file: OpenFile, print: Print | undefined, end: number): Promise<boolean> {
  if (print === undefined) return true;
  const found = await bytesAt(file, end - print.bytes, print.bytes);
  return found.length === print.bytes && digestOf(found) === print.digest;
}

/** Whether all that stands in a file is what another begins with: it is being copied, or was just now. */
export async function isBeginningOf(whole: OpenFile, part: OpenFile): Promise<boolean> {
  const { size } = await part.look();
  const length = Math.min(size, PRINT_BYTES_MAX);
  for (const from of [0, size - length]) {
    const [mine, theirs] = [await bytesAt(part, from, length), await bytesAt(whole, from, length)];
    if (!mine.equals(theirs)) return false;
  }
  return true;
}

async function bytesAt(file: OpenFile, from: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, await file.read(buffer, from));
}

function printOf(bytes: Buffer): Print | undefined {
  return bytes.length === 0 ? undefined : { bytes: bytes.length, digest: digestOf(bytes) };
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
