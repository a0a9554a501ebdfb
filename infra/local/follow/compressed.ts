/** Unpacks log files that rotation has compressed. */

import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { errorCode } from '../../../shared/error-code.ts';

/**
 * What a compressed file holds, as a file of its own that is gone once it is closed; `isWhole` is false where the
 * compressed one is broken or still being written: it is unpacked as far as it goes.
 */
export async function unpack(path: string): Promise<{ handle: FileHandle; isWhole: boolean }> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-unpacked-'));
  try {
    const unpacked = join(folder, 'log');
    const isWhole = await unpackTo(unpacked, path);
    return { handle: await open(unpacked, 'r'), isWhole };
  } finally {
    // An open file stays readable without its name.
    await rm(folder, { recursive: true });
  }
}

/** False: not to its end. */
async function unpackTo(target: string, path: string): Promise<boolean> {
  try {
    await pipeline(createReadStream(path), createGunzip(), createWriteStream(target));
    return true;
  } catch (error) {
    if (errorCode(error)?.startsWith('Z_') !== true) throw error;
    return false;
  }
}
