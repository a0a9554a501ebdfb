/** Finds what became of a file that was followed: renamed, copied, or compressed. */
import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Checkpoint } from './checkpoints.ts';
import { beginsAs, holds } from './identity.ts';

export interface Rotated {
  handle: FileHandle;
  /** It is complete: nobody adds to a copy. */
  isCopy: boolean;
}

const GZIP = /\.gz$/;

/**
 * The file that a checkpoint speaks of, wherever it is in its folder now; undefined where it is gone.
 * @param path what the file was called when it was followed
 */
export async function findRotated(path: string, known: Checkpoint): Promise<Rotated | undefined> {
  const folder = dirname(path);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const renamed = await findRenamed(folder, files, known);
  if (renamed !== undefined) return { handle: renamed, isCopy: false };
  // By its content alone a file is known only where something was read of it.
  if (known.head === undefined || known.head.bytes === 0) return undefined;
  const stem = basename(path, extname(path));
  for (const name of files.filter((other) => other.startsWith(stem) && other !== basename(path))) {
    const copy = join(folder, name);
    const handle = GZIP.test(name) ? await openCompressed(copy, known) : await openCopy(copy, known);
    if (handle !== undefined) return { handle, isCopy: true };
  }
  return undefined;
}

async function findRenamed(
  folder: string,
  files: readonly string[],
  known: Checkpoint,
): Promise<FileHandle | undefined> {
  for (const name of files) {
    const path = join(folder, name);
    if ((await stat(path).catch(() => undefined))?.ino !== known.file) continue;
    const handle = await openCopy(path, known);
    if (handle !== undefined) return handle;
  }
  return undefined;
}

/** Opens a file where it holds what was read; undefined where it does not, or has gone meanwhile. */
async function openCopy(path: string, known: Checkpoint): Promise<FileHandle | undefined> {
  const handle = await openIfThere(path);
  if (handle === undefined || (await holds(handle, known))) return handle;
  await handle.close();
  return undefined;
}

async function openCompressed(path: string, known: Checkpoint): Promise<FileHandle | undefined> {
  if (!beginsAs(known.head, await beginningOf(path, known.head?.bytes ?? 0))) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-unpacked-'));
  try {
    const unpacked = join(folder, 'log');
    await unpack(path, unpacked);
    return await openCopy(unpacked, known);
  } finally {
    // An open file stays readable without its name.
    await rm(folder, { recursive: true });
  }
}

/** What is broken or still being written is unpacked as far as it goes. */
async function unpack(path: string, target: string): Promise<void> {
  try {
    await pipeline(createReadStream(path), createGunzip(), createWriteStream(target));
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!code.startsWith('Z_')) throw error;
  }
}

/** The first bytes of what is compressed; fewer where it is broken or short. */
async function beginningOf(path: string, bytes: number): Promise<Buffer> {
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

/** undefined: there is no such file. */
export async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
