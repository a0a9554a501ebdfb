import type { DeliveryMessage, DispatcherMessage } from '../../shared/alerts/messages.ts';
import type { Happened } from '../../shared/happenings.ts';
import type { Clock, Key, Queue, Table } from '../../shared/ports.ts';

/** A watch of which every look finds the same, until events come. */
export interface Settled {
  watch: Key;
  /** What is due together with it, and finds the same too. */
  others: Key[];
  /** When it is looked at next, ms. */
  nextAt: number;
  /** When it would be looked at after a look at `at`, both ms. */
  after(at: number): number;
  /** A look any later (ms) would not make up for those left out. */
  latestAt: number;
}

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
  /** Told of watches that need not be looked at while no events come; absent: nobody knows when they will. */
  settled?: (settled: Settled) => void;
}

/**
 * Windows need not be looked at more often than this (ms), however short their slices: a little less than the minute
 * after which the evaluator is invoked again, so that it is never a moment too early.
 */
const LOOK_EVERY_MS = 55_000;
export function lookEveryMs({ lookEveryMs: every = LOOK_EVERY_MS }: EvaluateDeps): number {
  return every;
}
