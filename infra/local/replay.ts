/**
 * The log's time: a clock that stands at the greatest timestamp read so far. Between two events every timer rings that
 * falls between them, in order; after the last one, whatever is still to be told runs out.
 */

import { nextDueAt } from '../../shared/due.ts';
import type { LogEvent } from '../../shared/logs/event.ts';
import type { VirtualClock } from '../virtual/clock.ts';
import { somethingUnfinished } from '../virtual/unfinished.ts';
import type { Checkpoints } from './follow/checkpoints.ts';
import { type Chunk, FollowedFile } from './follow/file.ts';
import type { HeldQueues } from './held-queues.ts';
import { handOn, type LogOrigin, stamped } from './intake.ts';
import type { LocalStack } from './stack.ts';

export interface ReplayLog extends LogOrigin {
  path: string;
}

export interface ReplayOptions {
  stack: LocalStack;
  held: HeldQueues;
  clock: VirtualClock;
  logs: ReplayLog[];
  checkpoints: Checkpoints;
  /** Lines that go on with the one before are one record with it. */
  multiline: boolean;
  /** Real time, to which a log's date without a year is nearest. */
  reference: number;
  /** Whether there are conditions that only time can judge. */
  isTimed: boolean;
  failed: (error: unknown) => void;
  signal: AbortSignal;
}

/** Events of one second go in together. */
const STEP_MS = 1000;
/** Nothing untold is waited for longer than this after the last event, log time, ms. */
const RUN_OUT_MS_MAX = 86_400_000;
/** Longest step (ms) towards that where something is due and does not move on. */
const STUCK_STEP_MS_MAX = 3_600_000;
const SETTLE_MS = 1;

/** A replay under way, with the next timer as far as it is known. */
interface Play extends ReplayOptions {
  timer: { sent: number; at: number | null } | undefined;
}

/**
 * Plays every log to its end, in the order of their times, until the signal aborts. Answers whether everything was
 * told; false: something was still to be told a day after the last event.
 */
export async function replay(options: ReplayOptions): Promise<boolean> {
  const play: Play = { ...options, timer: undefined };
  // After an interruption the log's time goes on where it stood, also if there is nothing left to read.
  for (const { path } of options.logs) options.clock.advanceTo(options.checkpoints.load(path)?.lastTime ?? 0);
  const readers = options.logs.map((log) => new TimedReader(log, options));
  try {
    // Nothing is missing from before the log began.
    options.clock.advanceTo((await (await earliest(readers))?.nextAt()) ?? 0);
    await playAll(play, readers);
  } finally {
    for (const reader of readers) await reader.close();
  }
  return options.signal.aborted || (await runOut(play));
}

async function playAll(play: Play, readers: TimedReader[]): Promise<void> {
  while (!play.signal.aborted) {
    const next = await earliest(readers);
    if (next === undefined) return;
    if (await playStep(play, next.log, next.takeSecond())) next.commitIfEmpty();
  }
}

async function earliest(readers: TimedReader[]): Promise<TimedReader | undefined> {
  let first: { reader: TimedReader; at: number } | undefined;
  for (const reader of readers) {
    const at = await reader.nextAt();
    if (at !== null && (first === undefined || at < first.at)) first = { reader, at };
  }
  return first?.reader;
}

/** Events of one log within a second, at once; false where they were not taken. */
async function playStep(play: Play, origin: LogOrigin, events: LogEvent[]): Promise<boolean> {
  await ringUntil(play, events[0]?.timestamp ?? 0);
  play.clock.advanceTo(Math.max(...events.map(({ timestamp }) => timestamp)));
  const taken = await handOn(play.stack, origin, events, play.failed, play.signal);
  // Windows may be waiting to be judged that nobody waited for before.
  if (play.isTimed) play.timer = undefined;
  return taken;
}

/** One log file, read ahead by a chunk, event by event in the file's order. */
class TimedReader {
  readonly log: ReplayLog;
  readonly #file: FollowedFile;
  #chunk: Chunk | null = null;
  #events: LogEvent[] = [];
  #taken = 0;

  constructor(log: ReplayLog, { checkpoints, reference, multiline }: ReplayOptions) {
    this.log = log;
    this.#file = new FollowedFile(log.path, checkpoints, () => reference, { joins: multiline });
  }

  /** Time of the next event, ms; null at the end of the file. */
  async nextAt(): Promise<number | null> {
    while (this.#chunk === null) {
      this.#chunk = await this.#file.read(true);
      if (this.#chunk === null) return null;
      const { lines, readAt, lastTime } = this.#chunk;
      this.#events = stamped(lines, readAt, true, lastTime);
      this.#taken = 0;
      // Nothing but empty lines is not the end.
      if (lines.length === 0) this.commitIfEmpty(lastTime);
    }
    return this.#events[this.#taken]?.timestamp ?? null;
  }

  /** The next event and those of the following second. */
  takeSecond(): LogEvent[] {
    const start = this.#taken;
    const first = this.#events[start]?.timestamp ?? 0;
    while ((this.#events[this.#taken]?.timestamp ?? Number.POSITIVE_INFINITY) < first + STEP_MS)
      this.#taken += 1;
    return this.#events.slice(start, this.#taken);
  }

  /** Once a chunk is played whole, it is not read again after a restart. */
  commitIfEmpty(lastTime = 0): void {
    if (this.#taken < this.#events.length) return;
    this.#chunk?.done(this.#events.at(-1)?.timestamp ?? lastTime);
    this.#chunk = null;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Rings every timer up to `until` (ms), each at its own time. What stays due whatever happens holds up no event. */
async function ringUntil(play: Play, until: number): Promise<void> {
  if (play.clock.now() === 0) play.clock.advanceTo(until);
  while (play.clock.now() <= until) {
    const at = await nextTimer(play);
    if (at === null || at > until) return;
    await ring(play, at, STEP_MS);
  }
}

/** Rings on until everything is told; false where that is not so after a day. */
async function runOut(play: Play): Promise<boolean> {
  const end = play.clock.now() + RUN_OUT_MS_MAX;
  let stepMs = STEP_MS;
  await settle(play);
  while (!play.signal.aborted && (await somethingUnfinished(play.stack.state))) {
    const at = await nextTimer(play);
    if (at === null || Math.max(at, play.clock.now()) > end) return false;
    const isStuck = at <= play.clock.now();
    await ring(play, at, stepMs);
    stepMs = isStuck ? Math.min(2 * stepMs, STUCK_STEP_MS_MAX) : STEP_MS;
  }
  return true;
}

/** Lets the timer of `at` (ms) ring; what is due again at once is looked at a step later, so that time goes on. */
async function ring(play: Play, at: number, stepMs: number): Promise<void> {
  play.clock.advanceTo(at > play.clock.now() ? at : play.clock.now() + stepMs);
  await play.held.releaseDue();
  await settle(play);
  await play.stack.evaluate().catch(play.failed);
  await settle(play);
  play.timer = undefined;
}

/**
 * The earliest timer. Only a message can bring one forward, or events whose windows are to be judged (what else happens
 * moves them back, and ringing early does no harm), so it is looked up again only after those.
 */
async function nextTimer(play: Play): Promise<number | null> {
  const { held, stack } = play;
  if (play.timer === undefined || play.timer.sent !== held.sent()) {
    await settle(play);
    const sent = held.sent();
    const times = [held.nextAt(), await nextDueAt(stack.state)].filter((at) => at !== null);
    play.timer = { sent, at: times.length === 0 ? null : Math.min(...times) };
  }
  return play.timer.at;
}

/** Waits until every message that can be received has been carried out and deleted. */
async function settle({ stack }: Play): Promise<void> {
  while (stack.busy()) await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}
