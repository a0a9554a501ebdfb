/** Reads log files that rotation has compressed. */
import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

export function isCompressed(path: string): boolean {
  return path.endsWith('.gz');
}

/** A file of its own, which is gone once it is closed. */
interface Unpacked {
  handle: FileHandle;
  /** False where the compressed one is broken or still being written: it is unpacked as far as it goes. */
  isWhole: boolean;
}

export async function openUnpacked(path: string): Promise<Unpacked> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-unpacked-'));
  try {
    const unpacked = join(folder, 'log');
    const isWhole = await unpack(path, unpacked);
    return { handle: await open(unpacked, 'r'), isWhole };
  } finally {
    // An open file stays readable without its name.
    await rm(folder, { recursive: true });
  }
}

/** False: not to its end. */
async function unpack(path: string, target: string): Promise<boolean> {
  try {
    await pipeline(createReadStream(path), createGunzip(), createWriteStream(target));
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!code.startsWith('Z_')) throw error;
    return false;
  }
}

/** The first bytes of what is compressed; fewer where it is broken or short. */
export async function beginningOf(path: string, bytes: number): Promise<Buffer> {
  const unpacked = createReadStream(path).pipe(createGunzip());
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= bytes) break;
    }
  } catch {
    // Not compressed after all, or still being so: then it is not the one that is looked for.
  }
  return Buffer.concat(chunks);
}
