/**
 * Which file is this: inodes are given anew once a file is gone, and a file that was copied and truncated keeps its
 * own, so that what a file begins with counts too.
 */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Checkpoint, Head } from './checkpoints.ts';

const HEAD_BYTES_MAX = 512;

/** What names a file over its truncations. */
export function nameOfFile({ file, epoch }: Checkpoint): string {
  return `${file}|${epoch}`;
}

/**
 * The fingerprint of a file, once these bytes of it were read from `offset` on; the one before where that says as much,
 * or where other lines stand there by now.
 */
export async function headOf(
  handle: FileHandle,
  bytes: Buffer,
  offset: number,
  before: Head | undefined,
): Promise<Head | undefined> {
  const length = Math.min(offset + bytes.length, HEAD_BYTES_MAX);
  if (before !== undefined && before.bytes >= length) return before;
  if (offset === 0) return { bytes: length, digest: digestOf(bytes.subarray(0, length)) };
  const beginning = Buffer.alloc(length);
  const { bytesRead } = await handle.read(beginning, 0, length, 0);
  if (bytesRead < length || !beginsAs(before, beginning)) return before;
  return { bytes: length, digest: digestOf(beginning) };
}

/** Whether a file begins as the fingerprint says; true where there is none. */
export function beginsAs(head: Head | undefined, beginning: Buffer): boolean {
  if (head === undefined) return true;
  return beginning.length >= head.bytes && digestOf(beginning.subarray(0, head.bytes)) === head.digest;
}

/** Whether an open file still holds what was read of it, at the same places. */
export async function holds(handle: FileHandle, { offset, pending, head }: Checkpoint): Promise<boolean> {
  const { size } = await handle.stat();
  if (size < (pending?.to ?? offset)) return false;
  if (head === undefined) return true;
  const buffer = Buffer.alloc(head.bytes);
  const { bytesRead } = await handle.read(buffer, 0, head.bytes, 0);
  return beginsAs(head, buffer.subarray(0, bytesRead));
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
