/** Real time: follow the logs, invoke the evaluator, until told to stop, or until everything due is told. */
import { basename } from 'node:path';
import type { Clock } from '../../shared/ports.ts';
import { somethingUnfinished } from '../virtual/unfinished.ts';
import type { Checkpoints } from './follow/checkpoints.ts';
import { FollowedFile } from './follow/file.ts';
import { filesMatching } from './follow/glob.ts';
import { followStream } from './follow/stream.ts';
import type { LogOrigin } from './intake.ts';
import { pause } from './pause.ts';
import { evaluateRegularly, forgetRegularly } from './schedule.ts';
import type { LocalStack } from './stack.ts';
import { journalTaker, lineTaker } from './takers.ts';
import { Turns } from './turns.ts';

const POLL_MS = 250;
/** A file that is written to is looked at for so much of the time at most. */
const LOOKING_SHARE = 0.1;
/** Nobody waits longer for a line to be read. */
const POLL_MS_MAX = 2_000;
const LOOK_FOR_FILES_MS = 2_000;
/** Of all files together: what is read and not yet counted is in memory. */
const CHUNKS_AT_A_TIME = 8;

/** A log file, or with the path `-` standard input. */
export interface LiveLog extends LogOrigin {
  path: string;
}

/** Log files by glob, those that come later too. */
export interface LiveGlob {
  glob: string;
  /** null: each file's path. */
  logGroup: string | null;
}

export interface LiveOptions {
  stack: LocalStack;
  logs: LiveLog[];
  globs: LiveGlob[];
  stdin: NodeJS.ReadableStream;
  checkpoints: Checkpoints;
  clock: Clock;
  logTime: boolean;
  /** Lines that go on with the one before are one record with it. */
  multiline: boolean;
  /** Standard input is what `journalctl -o json` writes. */
  journal: boolean;
  failed: (error: unknown) => void;
  /** Aborts when the run is to end. */
  signal: AbortSignal;
}

/** Follows the logs until the signal aborts. */
export async function follow(options: LiveOptions): Promise<void> {
  const known = new Set(options.logs.map(({ path }) => path));
  const turns = new Turns(CHUNKS_AT_A_TIME);
  await Promise.all([
    evaluateRegularly(options),
    forgetRegularly(options, options.clock),
    ...options.logs.map((log) => followNamed(options, log, turns, known)),
    ...options.globs.map((glob) => followGlob(options, glob, known, turns)),
  ]);
}

/** The logs that a glob means now; `isFollowed`: those that are read under a path already. */
export async function logsOf(
  { glob, logGroup }: LiveGlob,
  isFollowed?: (path: string) => boolean,
): Promise<LiveLog[]> {
  const paths = await filesMatching(glob, isFollowed);
  return paths.map((path) => ({ path, logGroup: logGroup ?? path, logStream: basename(path) }));
}

/**
 * Follows every file that a glob means, from its beginning, until it is deleted; a file of two globs belongs to the first
 * that found it.
 */
async function followGlob(
  options: LiveOptions,
  glob: LiveGlob,
  known: Set<string>,
  turns: Turns,
): Promise<void> {
  const following = new Map<string, Promise<void>>();
  const complain = complaintsOf(glob.glob, options.failed);
  while (!options.signal.aborted) {
    for (const log of await freshOf(glob, known, complain)) {
      known.add(log.path);
      const forgotten = followUntilGone(options, log, turns, known).then(() => {
        known.delete(log.path);
        following.delete(log.path);
      });
      following.set(log.path, forgotten);
    }
    await pause(LOOK_FOR_FILES_MS, options.signal);
  }
  await Promise.all(following.values());
}

/** What a glob means and nobody follows; nothing where its folders cannot be read now. */
async function freshOf(
  glob: LiveGlob,
  known: ReadonlySet<string>,
  complain: (error: unknown) => void,
): Promise<LiveLog[]> {
  try {
    const meant = await logsOf(glob, (path) => known.has(path));
    complain(null);
    return meant.filter(({ path }) => !known.has(path));
  } catch (error) {
    complain(error);
    return [];
  }
}

async function followUntilGone(
  options: LiveOptions,
  log: LiveLog,
  turns: Turns,
  known: ReadonlySet<string>,
): Promise<void> {
  await followLog(options, log, turns, known);
  if (options.signal.aborted) return;
  try {
    options.checkpoints.forget(log.path);
  } catch (error) {
    // Logs are often deleted because the disk is full.
    options.failed(error);
  }
}

/** Reads the logs to their end and waits until everything due is told. */
export async function readOnce(options: LiveOptions): Promise<void> {
  const { stack, logs, signal } = options;
  const stopping = new AbortController();
  const evaluating = evaluateRegularly({ ...options, signal: AbortSignal.any([stopping.signal, signal]) });
  await Promise.all(logs.map((log) => readLog(options, log)));
  while (!signal.aborted && (stack.busy() || (await somethingUnfinished(stack.state))))
    await pause(POLL_MS, signal);
  stopping.abort();
  await evaluating;
}

/** A file that was asked for by its name is awaited, where it was deleted, too. */
async function followNamed(
  options: LiveOptions,
  log: LiveLog,
  turns: Turns,
  known: ReadonlySet<string>,
): Promise<void> {
  if (log.path === '-') return await readLog(options, log);
  while (!options.signal.aborted) {
    await followLog(options, log, turns, known);
    await pause(POLL_MS, options.signal);
  }
}

/** Until the file is gone, or the signal aborts; one that cannot be read now is tried again, and holds up no other. */
async function followLog(
  options: LiveOptions,
  log: LiveLog,
  turns: Turns,
  known: ReadonlySet<string>,
): Promise<void> {
  const { checkpoints, clock, multiline, failed, signal } = options;
  const file = new FollowedFile(log.path, checkpoints, clock, { joins: multiline, others: known });
  const take = lineTaker(options, log, options.logTime);
  const complain = complaintsOf(log.path, failed);
  let isGone = false;
  while (!isGone && !signal.aborted) {
    const from = clock();
    let hasRead = false;
    try {
      while (await turns.take(() => file.takeNext(take))) hasRead = true;
      if (!hasRead && (await file.isGone())) {
        await turns.take(() => file.poll(take, true));
        isGone = true;
      }
      complain(null);
    } catch (error) {
      complain(error);
    }
    await pause(hasRead ? restAfter(clock() - from) : POLL_MS, signal);
  }
  await file.close();
}

/** Says why something cannot be read now, once as long as it stays so; null: it can. */
function complaintsOf(what: string, failed: LiveOptions['failed']): (error: unknown) => void {
  let before = '';
  return (error) => {
    const message = error === null ? '' : error instanceof Error ? error.message : String(error);
    if (error !== null && message !== before)
      failed(new Error(`${what} cannot be read for now: ${message}.`, { cause: error }));
    before = message;
  };
}

/** The busier the machine is, the more lines each look is left to find: they cost little more than one. */
function restAfter(tookMs: number): number {
  return Math.min(Math.max(POLL_MS, tookMs / LOOKING_SHARE), POLL_MS_MAX);
}

async function readLog(options: LiveOptions, log: LiveLog): Promise<void> {
  const take = lineTaker(options, log, options.logTime);
  if (log.path === '-') {
    const takeLines = options.journal ? journalTaker(options) : take;
    return await followStream(options.stdin, options.clock, options.signal, takeLines);
  }
  const file = new FollowedFile(log.path, options.checkpoints, options.clock, { joins: options.multiline });
  try {
    await file.poll(take, true);
  } finally {
    await file.close();
  }
}
