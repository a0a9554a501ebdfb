import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a file begins with. */
export interface Head {
  bytes: number;
  digest: string;
}

/** How far a followed file was read. */
export interface Checkpoint {
  /** Inode: the file, whatever it is called now. */
  file: number;
  /** Times the file was cut short: what then stands at the same place is another line. */
  epoch: number;
  /** Bytes handed on and counted. */
  offset: number;
  /** Of what was read; absent: nothing was yet, or by a release that did not look. */
  head?: Head;
  /** Time of the last line handed on, ms: lines without one of their own take it. 0: none yet. */
  lastTime: number;
  /** Written before lines are handed on: after a crash the same bytes go out again, with the same time of reading. */
  pending: { to: number; readAt: number } | null;
}

/** Keeps checkpoints over restarts. */
export interface Checkpoints {
  load(path: string): Checkpoint | undefined;
  save(path: string, checkpoint: Checkpoint): void;
}

/** In one JSON file, replaced as a whole: a crash leaves the old or the new one, never half of it. */
export function checkpointsIn(file: string): Checkpoints {
  mkdirSync(dirname(file), { recursive: true });
  const known = new Map<string, Checkpoint>(Object.entries(readJson(file)));
  return {
    load: (path) => known.get(path),
    save(path, checkpoint) {
      known.set(path, checkpoint);
      writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(known)));
      renameSync(`${file}.new`, file);
    },
  };
}

/** For a run that leaves nothing behind. */
export function checkpointsInMemory(): Checkpoints {
  const known = new Map<string, Checkpoint>();
  return { load: (path) => known.get(path), save: (path, checkpoint) => void known.set(path, checkpoint) };
}

function readJson(file: string): Record<string, Checkpoint> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Checkpoint>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
