import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../../../shared/error-code.ts';

/** A piece of a file, to know it again. */
export interface Print {
  bytes: number;
  digest: string;
}

/** What a file is known by: its inode, and what was read of it. */
export interface Known {
  /** Inode: the file, whatever it is called now. */
  file: number;
  /** Bytes handed on and counted. */
  offset: number;
  /** What the file begins with; absent: it was empty, or begun by a release that did not look. */
  head?: Print;
  /** What stands before the offset. */
  tail?: Print;
}

/** How far a followed file was read. */
export interface Checkpoint extends Known {
  /** Tells apart what stood under this name one after the other, be it in the same file: greater than any before. */
  epoch: number;
  /** When it was last written to, as far as it was read: ms, by the clock of its file system. */
  modifiedMs?: number;
  /** When it was last read from, ms. */
  readAt?: number;
  /** Time of the last line handed on, ms: lines without one of their own take it. 0: none yet. */
  lastTime: number;
  /** Written before lines are handed on: after a crash the same bytes go out again, with the same time of reading. */
  pending: { to: number; readAt: number; tail?: Print } | null;
  /** The file that was read before it under this name: by now it may have a name that means a log, too. */
  before?: Known;
}

/** Keeps checkpoints over restarts. */
export interface Checkpoints {
  load(path: string): Checkpoint | undefined;
  save(path: string, checkpoint: Checkpoint): void;
  /** What is gone for good is not kept. */
  forget(path: string): void;
  /** All of them, by path. */
  all(): Iterable<[path: string, checkpoint: Checkpoint]>;
}

/** So many changes are kept before the file is written anew. */
const CHANGES_MAX = 20_000;

/**
 * In one file: an object with all of them, and below it a line for each change since, `[path, checkpoint]`, with null
 * for a checkpoint that was forgotten. A crash leaves at most the last line unfinished, and that checkpoint as it was before.
 */
export function checkpointsIn(file: string): Checkpoints {
  mkdirSync(dirname(file), { recursive: true });
  const known = readKnown(file);
  let changes = CHANGES_MAX;
  const writeAnew = () => {
    writeFileSync(`${file}.new`, `${JSON.stringify(Object.fromEntries(known))}\n`);
    renameSync(`${file}.new`, file);
    changes = 0;
  };
  const change = (...what: Change) => {
    makeChange(known, what);
    changes += 1;
    if (changes > CHANGES_MAX) return writeAnew();
    const before = changes;
    // Until the line is whole: where the disk is full, the next change writes the file anew.
    changes = CHANGES_MAX;
    appendFileSync(file, `${JSON.stringify(what)}\n`);
    changes = before;
  };
  return {
    load: (path) => known.get(path),
    save: change,
    forget: (path) => change(path, null),
    all: () => known,
  };
}

/** For a run that leaves nothing behind. */
export function checkpointsInMemory(): Checkpoints {
  const known = new Map<string, Checkpoint>();
  const change = (...what: Change) => makeChange(known, what);
  return {
    load: (path) => known.get(path),
    save: change,
    forget: (path) => change(path, null),
    all: () => known,
  };
}

type Change = [path: string, checkpoint: Checkpoint | null];

function makeChange(known: Map<string, Checkpoint>, [path, checkpoint]: Change): void {
  if (checkpoint === null) known.delete(path);
  else known.set(path, checkpoint);
}

function readKnown(file: string): Map<string, Checkpoint> {
  const [all = '', ...changes] = linesOf(file);
  const known = new Map<string, Checkpoint>(all === '' ? [] : Object.entries(JSON.parse(all)));
  // What stands behind the last end of a line was not finished.
  for (const change of changes.slice(0, -1)) makeChange(known, JSON.parse(change) as Change);
  return known;
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
