/** What is asked of a disk to follow the files on it: a port, so that a simulation can put a disk of its own behind it. */

import { constants, type Dirent } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../../shared/error-code.ts';
import { unpack } from './compressed.ts';

/** A file, as it was when it was looked at. */
export interface Look {
  /** Inode. */
  file: number;
  /** Bytes. */
  size: number;
  /** When it was last written to, ms with fractions, by the clock of its file system. */
  modifiedMs: number;
  /** How many names it has; 0: it was deleted, and stays as long as somebody has it open. */
  names: number;
}

/** An open file stays the same one, whatever it is called by now. */
export interface OpenFile {
  look(): Promise<Look>;
  /** Fills the buffer from this place of the file on; answers how many bytes there were. */
  read(into: Buffer, from: number): Promise<number>;
  close(): Promise<void>;
}

/** What a compressed file holds. */
export interface Unpacked {
  /** With the time of the compressed one. */
  file: OpenFile;
  /** False where the compressed one is broken or still being written: it is unpacked as far as it goes. */
  isWhole: boolean;
}

export interface Disk {
  /** undefined: there is no such file. */
  look(path: string): Promise<Look | undefined>;
  /** undefined: there is no such file. */
  open(path: string): Promise<OpenFile | undefined>;
  /** undefined: there is no such file. */
  openUnpacked(path: string): Promise<Unpacked | undefined>;
  /** The names of the files in a folder; none where it is not there or may not be read. */
  namesIn(folder: string): Promise<string[]>;
}

const UNREADABLE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EACCES']);
/** Nobody may ever write to a pipe with the name of a log: opening it must not wait for that. */
const AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK;

export const DISK: Disk = {
  look: async (path) => lookOf(await ifThere(stat(path, { bigint: true }))),
  async open(path) {
    const handle = await ifThere(open(path, AT_ONCE));
    return handle === undefined ? undefined : opened(handle);
  },
  async openUnpacked(path) {
    const packed = await DISK.look(path);
    const unpacked = packed && (await ifThere(unpack(path)));
    if (packed === undefined || unpacked === undefined) return undefined;
    const { modifiedMs } = packed;
    const file = opened(unpacked.handle);
    // When it was unpacked says nothing of when it was written.
    const look = async () => ({ ...(await file.look()), modifiedMs });
    return { file: { ...file, look }, isWhole: unpacked.isWhole };
  },
  async namesIn(folder) {
    const entries = await entriesOf(folder);
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  },
};

/** What files are in a folder, under names that are meant. */
export interface Entry extends Look {
  path: string;
}

/** The files of a folder whose names are meant; those that go meanwhile are left out. */
export async function entriesIn(
  disk: Disk,
  folder: string,
  isMeant: (name: string) => boolean,
): Promise<Entry[]> {
  const paths = (await disk.namesIn(folder)).filter(isMeant).map((name) => join(folder, name));
  const looks = await Promise.all(paths.map(async (path) => ({ path, look: await disk.look(path) })));
  return looks.flatMap(({ path, look }) => (look === undefined ? [] : [{ path, ...look }]));
}

function opened(handle: FileHandle): OpenFile {
  return {
    look: async () => lookOf(await handle.stat({ bigint: true })),
    read: async (into, from) => (await handle.read(into, 0, into.length, from)).bytesRead,
    close: () => handle.close(),
  };
}

interface Stat {
  ino: bigint;
  size: bigint;
  mtimeNs: bigint;
  nlink: bigint;
}

function lookOf(found: Stat): Look;
function lookOf(found: Stat | undefined): Look | undefined;
function lookOf(found: Stat | undefined): Look | undefined {
  if (found === undefined) return undefined;
  const modifiedMs = Number(found.mtimeNs) / 1e6;
  return { file: Number(found.ino), size: Number(found.size), modifiedMs, names: Number(found.nlink) };
}

/** What is in a folder; nothing where it is not there or may not be read. */
export async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (UNREADABLE.has(errorCode(error) ?? '')) return [];
    throw error;
  }
}

async function ifThere<Answer>(asking: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
