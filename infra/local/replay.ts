/**
 * The log's time: a clock that stands at the greatest timestamp read so far. Between two events every timer rings that
 * falls between them, in order; after the last one, whatever is still to be told runs out.
 */

import { nextDueAt } from '../../shared/due.ts';
import type { LogEvent } from '../../shared/logs/event.ts';
import type { Checkpoints } from './follow/checkpoints.ts';
import { FollowedFile } from './follow/file.ts';
import type { HeldQueues } from './held-queues.ts';
import { handOn, type LogOrigin, stamped } from './intake.ts';
import type { LocalStack } from './stack.ts';
import { somethingUnfinished } from './unfinished.ts';

/** A clock that is set, never back. */
export class VirtualClock {
  #now: number;

  constructor(start: number) {
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  advanceTo(time: number): void {
    this.#now = Math.max(this.#now, time);
  }
}

export interface ReplayOptions {
  stack: LocalStack;
  held: HeldQueues;
  clock: VirtualClock;
  logs: (LogOrigin & { path: string })[];
  checkpoints: Checkpoints;
  /** Real time, to which a log's date without a year is nearest. */
  reference: number;
  failed: (error: unknown) => void;
}

/** Events of one second go in together. */
const STEP_MS = 1000;
/** Nothing untold is waited for longer than this after the last event, log time, ms. */
const RUN_OUT_MS_MAX = 86_400_000;
const SETTLE_MS = 5;

/** A replay under way, with the next timer as far as it is known. */
interface Play extends ReplayOptions {
  timer: { sent: number; at: number | null } | undefined;
}

export async function replay(options: ReplayOptions): Promise<void> {
  const play: Play = { ...options, timer: undefined };
  for (const log of options.logs) {
    let last = 0;
    const file = new FollowedFile(
      log.path,
      options.checkpoints,
      () => options.reference,
      async (lines, readAt) => {
        const events = stamped(lines, readAt, true, last);
        last = events.at(-1)?.timestamp ?? last;
        await playAll(play, log, events);
      },
    );
    await file.poll(true);
    await file.close();
  }
  await runOut(play);
}

/** Plays events in the order of the file; those of one second at once. */
async function playAll(play: Play, origin: LogOrigin, events: LogEvent[]): Promise<void> {
  let start = 0;
  while (start < events.length) {
    const first = events[start]?.timestamp ?? 0;
    let end = start + 1;
    while (end < events.length && (events[end]?.timestamp ?? 0) < first + STEP_MS) end++;
    const step = events.slice(start, end);
    await ringUntil(play, first);
    play.clock.advanceTo(Math.max(...step.map(({ timestamp }) => timestamp)));
    await handOn(play.stack, origin, step, play.failed);
    start = end;
  }
}

/** Rings every timer up to `until` (ms), each at its own time. */
async function ringUntil(play: Play, until: number): Promise<void> {
  if (play.clock.now() === 0) play.clock.advanceTo(until);
  for (;;) {
    const at = await nextTimer(play);
    if (at === null || at > until) return;
    await ring(play, at);
  }
}

async function runOut(play: Play): Promise<void> {
  const end = play.clock.now() + RUN_OUT_MS_MAX;
  await settle(play);
  while (await somethingUnfinished(play.stack.state)) {
    const at = await nextTimer(play);
    if (at === null || at > end) return;
    await ring(play, at);
  }
}

async function ring(play: Play, at: number): Promise<void> {
  // What is due again at once is looked at a second later, so that time goes on whatever happens.
  play.clock.advanceTo(at > play.clock.now() ? at : play.clock.now() + STEP_MS);
  await play.held.releaseDue();
  await settle(play);
  await play.stack.evaluate();
  await settle(play);
  play.timer = undefined;
}

/**
 * The earliest timer. Only a message can bring one forward (what else happens moves them back, and ringing early does
 * no harm), so it is looked up again only after one was sent.
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

/** Waits until the queues are empty and nothing is being carried out, which two looks in a row must agree on. */
async function settle({ stack }: Play): Promise<void> {
  for (let quiet = 0; quiet < 2; ) {
    quiet = stack.busy() ? 0 : quiet + 1;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
}
