import type { DeliveryMessage, DispatcherMessage } from '../../shared/alerts/messages.ts';
import type { Happened } from '../../shared/happenings.ts';
import type { Clock, Queue, Table } from '../../shared/ports.ts';

export interface EvaluateDeps {
  state: Table;
  alerts: Queue<DispatcherMessage>;
  deliveries: Queue<DeliveryMessage>;
  clock: Clock;
  happened: Happened;
  /** Up to when (ms) logs are known, where they are past ones; what lacks after that proves nothing. */
  logsEndAt?: () => number;
  /** Conditions that only time can judge are judged about so often, ms; absent: every minute. */
  lookEveryMs?: number;
}

/**
 * Windows need not be looked at more often than this (ms), however short their slices: a little less than the minute
 * after which the evaluator is invoked again, so that it is never a moment too early.
 */
const LOOK_EVERY_MS = 55_000;
export function lookEveryMs({ lookEveryMs: every = LOOK_EVERY_MS }: EvaluateDeps): number {
  return every;
}
