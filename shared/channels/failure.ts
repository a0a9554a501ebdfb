import { PortError } from '../ports.ts';
import { cutBytes, oneLine } from '../text/plain.ts';
import type { Outcome } from './channel.ts';

const REASON_BYTES_MAX = 500;

/**
 * The outcome of an attempt that threw. What is no `PortError` is a mistake of ours: it will not pass by waiting,
 * so it goes where people see it.
 */
export function failureOutcome(error: unknown): Outcome {
  if (error instanceof PortError) {
    const reason = cutBytes(oneLine(`${error.code}: ${error.message}`), REASON_BYTES_MAX);
    return error.transient ? { outcome: 'retry', afterMs: null, reason } : { outcome: 'failed', reason };
  }
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    outcome: 'failed',
    reason: cutBytes(oneLine(`the message could not be made: ${words}`), REASON_BYTES_MAX),
  };
}
