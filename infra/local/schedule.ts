/** What time does to a stack on AWS by itself: the schedule invokes the evaluator, the tables forget. */
import type { Clock } from '../../shared/ports.ts';
import { LOOK_EVERY_MS } from './functions.ts';
import { pause } from './pause.ts';
import type { LocalStack } from './stack.ts';

const FORGET_EVERY_MS = 3_600_000;

interface Watched {
  stack: LocalStack;
  /** Told of a round that failed; the next one comes all the same. */
  failed: (error: unknown) => void;
  signal: AbortSignal;
}

/** Invokes the evaluator, until the signal aborts. */
export async function evaluateRegularly({ stack, failed, signal }: Watched): Promise<void> {
  while (!signal.aborted) {
    await stack.evaluate().catch(failed);
    await pause(LOOK_EVERY_MS, signal);
  }
}

/** Keeps what is stored from growing for ever, until the signal aborts. */
export async function forgetRegularly({ stack, failed, signal }: Watched, clock: Clock): Promise<void> {
  while (!signal.aborted) {
    await stack.removeExpired(clock()).catch(failed);
    await pause(FORGET_EVERY_MS, signal);
  }
}
