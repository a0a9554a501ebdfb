import type { Happened } from '../shared/happenings.ts';
import type { Clock, HttpTransport, Queue, Secrets } from '../shared/ports.ts';
import { logHappening } from './log.ts';

/**
 * What reaches a function other than its environment: time, chance, and where its words go. The local stack and tests
 * bring their own; on Lambda it is the real ones.
 */
export interface Outside {
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  happened: Happened;
  /** Between a function and a queue, for whoever keeps another time than SQS. */
  aroundQueue?<Message>(queue: Queue<Message>): Queue<Message>;
  /** Instead of the notifier's own. */
  transport?: HttpTransport;
  secrets?: Secrets;
}

export const REAL_OUTSIDE: Outside = { clock: Date.now, random: Math.random, happened: logHappening };
