import type { Happened, Happening } from '../shared/happenings.ts';
import type {
  Clock,
  EventBus,
  HttpTransport,
  Queue,
  Secrets,
  SmtpSender,
  Table,
  TextMessages,
} from '../shared/ports.ts';
import { logHappening } from './log.ts';
import { measure, measureBroken } from './metrics.ts';

/**
 * What reaches a function other than its environment: time, chance, and where its words go. The local stack and tests
 * bring their own; on Lambda it is the real ones.
 */
export interface Outside {
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  happened: Happened;
  /** Told by the evaluator at each round: how many items of the configuration do not work as they stand. */
  broken?(items: number): void;
  /** How often the evaluator is invoked, ms, where that is not every minute. */
  lookEveryMs?: number;
  /** Between a function and a queue, for whoever keeps another time than SQS. */
  aroundQueue?<Message>(queue: Queue<Message>): Queue<Message>;
  /** Between a function and the state table, for whoever has a shorter way to what is due. */
  aroundState?(table: Table): Table;
  /** Instead of the notifier's own. */
  transport?: HttpTransport;
  secrets?: Secrets;
  smtp?: SmtpSender;
  texts?: TextMessages;
  events?: EventBus;
}

function note(happening: Happening): void {
  logHappening(happening);
  measure(happening);
}

export const REAL_OUTSIDE: Outside = {
  clock: Date.now,
  random: Math.random,
  happened: note,
  broken: measureBroken,
};
