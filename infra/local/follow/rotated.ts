/** Finds what became of a file that was followed (renamed, copied, or compressed), and what came after it. */
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Checkpoint } from './checkpoints.ts';
import { beginningOf, isCompressed, openUnpacked } from './compressed.ts';
import { beginsAs, holds } from './identity.ts';

const SEARCHES_MAX = 20;

export interface Rotated {
  handle: FileHandle;
  /** Inode. */
  file: number;
  /** It is complete: nobody adds to it. */
  isCopy: boolean;
}

/** A file of a folder, by what it was when it was looked at. */
interface Entry {
  path: string;
  file: number;
  size: number;
  modifiedNs: bigint;
}

/**
 * The file that a checkpoint speaks of, wherever it is in its folder now; undefined where it is gone.
 * @param path what the file was called when it was followed
 */
export async function findRotated(path: string, known: Checkpoint): Promise<Rotated | undefined> {
  return await whileNothingMoves(path, async (entries) => {
    const found = await locate(path, entries, known);
    if (found === undefined) return undefined;
    const { handle, entry, isCopy } = found;
    return { handle, file: entry.file, isCopy };
  });
}

/**
 * The file that was written after the one that a checkpoint speaks of, and has been rotated, too; undefined where the
 * next one is the one that is written now. Where the known one is gone, whatever was changed since it was last read
 * came after it.
 */
export async function findNext(path: string, known: Checkpoint): Promise<Rotated | undefined> {
  return await whileNothingMoves(path, async (entries) => {
    const found = await locate(path, entries, known);
    await found?.handle.close();
    const last = found?.entry;
    const isAfter = last === undefined ? isChangedSince(known) : (entry: Entry) => byAge(last, entry) < 0;
    return await openFirst(entries.filter((entry) => isNumbered(path, entry) && isAfter(entry)));
  });
}

/**
 * The oldest copy of what stood in a file since it was last looked at, and was empty; undefined where there is none, or
 * the file has another name by now: then it has what was written since.
 */
export async function findMissed(path: string, known: Checkpoint): Promise<Rotated | undefined> {
  return await whileNothingMoves(path, async (entries) => {
    if (entries.some(({ file }) => file === known.file)) return undefined;
    return await openFirst(entries.filter((entry) => isNumbered(path, entry)).filter(isChangedSince(known)));
  });
}

function isChangedSince({ readAt = Number.POSITIVE_INFINITY }: Checkpoint): (entry: Entry) => boolean {
  return ({ modifiedNs }) => Number(modifiedNs / 1_000_000n) > readAt;
}

async function openFirst(entries: readonly Entry[]): Promise<Rotated | undefined> {
  for (const entry of entries.filter(({ size }) => size > 0).sort(byAge)) {
    const opened = await openAsIs(entry);
    // What is still being compressed stands beside it as it was.
    if (opened?.isWhole) return { handle: opened.handle, file: entry.file, isCopy: true };
    await opened?.handle.close();
  }
  return undefined;
}

/**
 * Searches again where rotation moved the files meanwhile: a name that was another file's when it was opened would be
 * passed over, and the lines in it.
 */
async function whileNothingMoves(
  path: string,
  search: (entries: Entry[]) => Promise<Rotated | undefined>,
): Promise<Rotated | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await rotationsOf(path);
    const found = await search(before);
    if (attempt === SEARCHES_MAX || isSame(before, await rotationsOf(path))) return found;
    await found?.handle.close();
  }
}

function isSame(before: readonly Entry[], after: readonly Entry[]): boolean {
  const nameOf = ({ path, file }: Entry) => `${file} ${path}`;
  const names = new Set(before.map(nameOf));
  return before.length === after.length && after.every((entry) => names.has(nameOf(entry)));
}

async function locate(
  path: string,
  rotations: readonly Entry[],
  known: Checkpoint,
): Promise<{ handle: FileHandle; entry: Entry; isCopy: boolean } | undefined> {
  const isKnown = ({ file }: Entry) => file === known.file;
  const moved = rotations.some(isKnown) ? rotations : await entriesBeside(path, () => true);
  for (const entry of moved.filter(isKnown)) {
    const handle = await openHolding(entry, known);
    if (handle !== undefined) return { handle, entry, isCopy: isCompressed(entry.path) };
  }
  // By its content alone a file is known only where something was read of it.
  if (known.head === undefined || known.head.bytes === 0) return undefined;
  for (const entry of rotations) {
    const handle = await openHolding(entry, known);
    if (handle !== undefined) return { handle, entry, isCopy: true };
  }
  return undefined;
}

async function rotationsOf(path: string): Promise<Entry[]> {
  return await entriesBeside(path, (name) => isRotation(path, name));
}

/** The other files of its folder with such names. */
async function entriesBeside(path: string, isMeant: (name: string) => boolean): Promise<Entry[]> {
  const folder = dirname(path);
  const found = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = found.filter(({ name }) => name !== basename(path) && isMeant(name));
  const files = names.filter((entry) => entry.isFile());
  const entries = await Promise.all(files.map(({ name }) => entryOf(join(folder, name))));
  return entries.filter((entry) => entry !== undefined);
}

/** undefined: it has gone meanwhile. */
async function entryOf(path: string): Promise<Entry | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  if (found === undefined) return undefined;
  return { path, file: Number(found.ino), size: Number(found.size), modifiedNs: found.mtimeNs };
}

/** Whether a file is named as those are that rotation leaves of `path`. */
function isRotation(path: string, name: string): boolean {
  const stem = basename(path, extname(path));
  return name.startsWith(stem) && /^[-._]/.test(name.slice(stem.length));
}

/** The same with the whole name in front, so that it is nobody else's: `app.log.1`, `app.log-20260101.gz`. */
function isNumbered(path: string, entry: Entry): boolean {
  return entry.path.startsWith(path) && /^[-.]\d/.test(entry.path.slice(path.length));
}

/**
 * Older ones first. Compressing keeps the time; files of the same instant are in logrotate's order: the higher the
 * number, the older.
 */
function byAge(a: Entry, b: Entry): number {
  if (a.modifiedNs !== b.modifiedNs) return a.modifiedNs < b.modifiedNs ? -1 : 1;
  return numberOf(b) - numberOf(a);
}

function numberOf({ path }: Entry): number {
  return Number(/[-.](\d{1,4})(?:\.gz)?$/.exec(path)?.[1] ?? 0);
}

/** Opens a file where it holds what was read; undefined where it does not, or has gone meanwhile. */
async function openHolding(entry: Entry, known: Checkpoint): Promise<FileHandle | undefined> {
  if (isCompressed(entry.path)) {
    const beginning = await beginningOf(entry.path, known.head?.bytes ?? 0);
    if (!beginsAs(known.head, beginning)) return undefined;
  }
  const handle = (await openAsIs(entry))?.handle;
  if (handle === undefined || (await holds(handle, known))) return handle;
  await handle.close();
  return undefined;
}

/** Undefined where another file has its name by now, or none. */
async function openAsIs({
  path,
  file,
}: Entry): Promise<{ handle: FileHandle; isWhole: boolean } | undefined> {
  const handle = await openIfThere(path);
  if (handle === undefined) return undefined;
  const isSame = (await handle.stat()).ino === file;
  if (isSame && !isCompressed(path)) return { handle, isWhole: true };
  await handle.close();
  return isSame ? await openUnpacked(path) : undefined;
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
