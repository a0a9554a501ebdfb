/** Real time: follow the logs, invoke the evaluator, until told to stop, or until everything due is told. */
import type { Clock } from '../../shared/ports.ts';
import type { Checkpoints } from './follow/checkpoints.ts';
import { FollowedFile } from './follow/file.ts';
import { handOn, type LogOrigin, stamped } from './intake.ts';
import type { LocalStack } from './stack.ts';
import { somethingUnfinished } from './unfinished.ts';

const POLL_MS = 250;
const EVALUATE_MS = 2000;

export interface LiveOptions {
  stack: LocalStack;
  logs: (LogOrigin & { path: string })[];
  checkpoints: Checkpoints;
  clock: Clock;
  logTime: boolean;
  failed: (error: unknown) => void;
  /** Aborts when the run is to end. */
  signal: AbortSignal;
}

/** Follows the files until the signal aborts. */
export async function follow(options: LiveOptions): Promise<void> {
  const evaluator = startEvaluator(options);
  const files = openAll(options);
  while (!options.signal.aborted) {
    const read = await Promise.all(files.map((file) => file.poll()));
    if (!read.includes(true)) await pause(POLL_MS, options.signal);
  }
  await Promise.all(files.map((file) => file.close()));
  await evaluator;
}

/** Reads the files to their end and waits until everything due is told. */
export async function readOnce(options: LiveOptions): Promise<void> {
  const stopping = new AbortController();
  const evaluator = startEvaluator({
    ...options,
    signal: AbortSignal.any([stopping.signal, options.signal]),
  });
  const files = openAll(options);
  for (const file of files) await file.poll(true);
  await Promise.all(files.map((file) => file.close()));
  while (
    !options.signal.aborted &&
    (options.stack.busy() || (await somethingUnfinished(options.stack.state)))
  ) {
    await pause(POLL_MS, options.signal);
  }
  stopping.abort();
  await evaluator;
}

function openAll({ logs, checkpoints, clock, stack, logTime, failed }: LiveOptions): FollowedFile[] {
  return logs.map((log) => {
    let last = 0;
    return new FollowedFile(log.path, checkpoints, clock, async (lines, readAt) => {
      const events = stamped(lines, readAt, logTime, last);
      last = events.at(-1)?.timestamp ?? last;
      await handOn(stack, log, events, failed);
    });
  });
}

async function startEvaluator({ stack, failed, signal }: Pick<LiveOptions, 'stack' | 'failed' | 'signal'>) {
  while (!signal.aborted) {
    await stack.evaluate().catch(failed);
    await pause(EVALUATE_MS, signal);
  }
}

/** Resolves after `ms`, or at once when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
