/**
 * Finds where to go on: in what became of a file that was followed (renamed, copied, or compressed), in what came after
 * it and was rotated in its turn, or in the file that is written now. Times are those of the file system only: a clock
 * of ours may be ahead of it, and between a look and its time there is always room for a rotation.
 *
 * Out of reach stay: lines written between the copy and the truncation of a rotation that copies, which logrotate itself
 * loses; what is deleted, moved to another folder, or compressed otherwise than by gzip before it was read; and what was
 * rotated before the file was first seen.
 */
import { basename, dirname } from 'node:path';
import type { Checkpoint, Print } from './checkpoints.ts';
import { type Disk, type Entry, entriesIn, type Look, type OpenFile } from './disk.ts';
import { cutAt, headOf, holds, isBeginningOf, isBlank } from './identity.ts';
import { byName, comesFrom, isCompressed, isUnreadable, mayComeFrom } from './names.ts';

const SEARCHES_MAX = 20;
/** Compressing and copying may cut the time of a file to whole seconds, ms. */
const TIME_LOST_MS = 2_000;

/** Where to read. */
export interface Place {
  file: OpenFile;
  look: Look;
  /** What the file begins with; absent where it is empty. */
  head?: Print;
  /** It is where the checkpoint says, not at the beginning of another. */
  goesOn: boolean;
  /** Nobody adds to it. */
  isComplete: boolean;
}

interface Search {
  disk: Disk;
  path: string;
  /** undefined: the file was never read. */
  known: Checkpoint | undefined;
  /** What the checkpoint speaks of was read to its end. */
  isFinished: boolean;
  /** Files that are followed by themselves. */
  others: ReadonlySet<string>;
}

/** Where to go on; undefined where there is nothing now, or rotation is just moving the files. */
export async function findPlace(search: Search): Promise<Place | undefined> {
  for (let attempt = 0; attempt < SEARCHES_MAX; attempt += 1) {
    const before = await rotationsOf(search);
    const found = await lookFor(search, before);
    // A name that was another file's when it was opened would be passed over, and the lines in it.
    if (isSame(before, await rotationsOf(search)) && (await isStillAsFound(found))) return found;
    await found?.file.close();
  }
  return undefined;
}

/** Whether what was passed over meanwhile is still older: what is written now was not rotated since. */
async function isStillAsFound(found: Place | undefined): Promise<boolean> {
  if (found?.head === undefined) return true;
  return await holds(found.file, { file: found.look.file, offset: 0, head: found.head });
}

async function lookFor(search: Search, rotations: readonly Entry[]): Promise<Place | undefined> {
  const { disk, path, known } = search;
  // First what it begins with, then what was rotated: the other way round it may be rotated between the two.
  const named = await openNamed(disk, path);
  if (known === undefined) return named;
  if (named !== undefined && (await isWhereItWas(search, known, named))) return { ...named, goesOn: true };
  const rotated = await lookAmongRotated(search, known, rotations, named?.file);
  if (rotated !== undefined) await named?.file.close();
  return rotated ?? named;
}

/** The file that has the name; a compressed one only once it is whole. */
async function openNamed(disk: Disk, path: string): Promise<Place | undefined> {
  const look = await disk.look(path);
  if (look === undefined) return undefined;
  const file = await openComplete(disk, { ...look, path });
  if (file === undefined) return undefined;
  return isCompressed(path) ? { ...(await fresh(file, true)), look } : await fresh(file, false);
}

async function fresh(file: OpenFile, isComplete: boolean): Promise<Place> {
  const look = await file.look();
  const head = await headOf(file);
  return { file, look, ...(head === undefined ? {} : { head }), goesOn: false, isComplete };
}

async function isWhereItWas({ isFinished }: Search, known: Checkpoint, { file, look, head }: Place) {
  if (isFinished || look.file !== known.file) return false;
  return isBlank(known) ? head === undefined : await holds(file, known);
}

async function lookAmongRotated(
  search: Search,
  known: Checkpoint,
  rotations: readonly Entry[],
  live: OpenFile | undefined,
): Promise<Place | undefined> {
  const last = await locate(search, known, rotations);
  const isAfter = last === undefined ? isChangedSince(known) : (entry: Entry) => byAge(last.entry, entry) < 0;
  const isMeant = ({ path, file }: Entry) =>
    comesFrom(basename(search.path), basename(path)) || (isBlank(known) && file === known.file);
  const later = rotations.filter(isMeant).filter(isAfter).sort(byAge);
  if (last !== undefined && !search.isFinished) {
    const { file, entry } = last;
    const isCopy = entry.file !== known.file || isCompressed(entry.path);
    return { file, look: entry, goesOn: true, isComplete: isCopy || later.length > 0 };
  }
  await last?.file.close();
  for (const [at, entry] of later.entries()) {
    const file = await openComplete(search.disk, entry);
    if (file === undefined) continue;
    const isBeingCopied = live !== undefined && (await isBeginningOf(live, file));
    const isComplete = isCompressed(entry.path) || at + 1 < later.length;
    if (!isBeingCopied) return { ...(await fresh(file, isComplete)), look: entry };
    await file.close();
  }
  return undefined;
}

/**
 * The file that a checkpoint speaks of, wherever it is in its folder now; undefined where it is gone, or nothing was seen
 * of it: then all that was written since comes after it.
 */
async function locate(
  { disk, path }: Search,
  known: Checkpoint,
  rotations: readonly Entry[],
): Promise<{ file: OpenFile; entry: Entry } | undefined> {
  if (isBlank(known)) return undefined;
  const isKnown = ({ file }: Entry) => file === known.file;
  const isOther = (name: string) => name !== basename(path);
  const moved = rotations.some(isKnown) ? rotations : await entriesIn(disk, dirname(path), isOther);
  const { modifiedMs = 0 } = known;
  // What was read is not older than it was then, but for what compressing or copying has cut of its time.
  const inTime = rotations.filter((entry) => entry.modifiedMs >= modifiedMs).sort(byAge);
  const cut = rotations.filter(
    (entry) => entry.modifiedMs < modifiedMs && entry.modifiedMs >= modifiedMs - TIME_LOST_MS,
  );
  for (const entry of [...moved.filter(isKnown), ...inTime, ...cut]) {
    const file = await openComplete(disk, entry);
    if (file !== undefined && (await isOf(known, file, entry))) return { file, entry };
    await file?.close();
  }
  return undefined;
}

/** A copy that ends before what was read ends is older than that: a later file may only begin alike. */
async function isOf(known: Checkpoint, file: OpenFile, { modifiedMs }: Entry): Promise<boolean> {
  if (await holds(file, known)) return true;
  const isOlder = modifiedMs <= (known.modifiedMs ?? 0);
  return isOlder && (await holds(file, cutAt(known, (await file.look()).size)));
}

function isChangedSince({ modifiedMs, readAt }: Checkpoint): (entry: Entry) => boolean {
  const since = modifiedMs ?? readAt ?? Number.POSITIVE_INFINITY;
  return (entry) => entry.modifiedMs > since;
}

/** The files that rotation may have left of a path, those with something in them; while one is compressed, as it was. */
async function rotationsOf({ disk, path, others }: Search): Promise<Entry[]> {
  const isMeant = (name: string) => mayComeFrom(basename(path), name) && !isUnreadable(name);
  const entries = await entriesIn(disk, dirname(path), isMeant);
  const paths = new Set(entries.map((entry) => entry.path));
  const isCopied = (entry: Entry) => isCompressed(entry.path) && paths.has(entry.path.replace(/\.gz$/, ''));
  return entries.filter((entry) => entry.size > 0 && !others.has(entry.path) && !isCopied(entry));
}

function isSame(before: readonly Entry[], after: readonly Entry[]): boolean {
  const nameOf = ({ path, file }: Entry) => `${file} ${path}`;
  const names = new Set(before.map(nameOf));
  return before.length === after.length && after.every((entry) => names.has(nameOf(entry)));
}

/** Older ones first. Compressing keeps the time; of the same instant, the names tell. */
function byAge(a: Entry, b: Entry): number {
  return a.modifiedMs - b.modifiedMs || byName(basename(a.path), basename(b.path));
}

/** Undefined where another file has its name by now, or none, or it is still being compressed. */
async function openComplete(disk: Disk, { path, file }: Entry): Promise<OpenFile | undefined> {
  const opened = await disk.open(path);
  const isSame = opened !== undefined && (await opened.look()).file === file;
  if (isSame && !isCompressed(path)) return opened;
  await opened?.close();
  if (!isSame) return undefined;
  const unpacked = await disk.openUnpacked(path);
  if (unpacked?.isWhole) return unpacked.file;
  await unpacked?.file.close();
  return undefined;
}
