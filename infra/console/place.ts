/** What the console shows and acts on: a stack on AWS, or the one on this machine. */
import type { Configuration } from '../../shared/config/model.ts';
import type { Clock, Table } from '../../shared/ports.ts';
import type { Usage } from '../../shared/usage.ts';
import type { PlaceQueues } from '../dead-letters/queues.ts';
import type { Journal } from './journal.ts';

export interface ConsolePlace {
  /** For people: `stack Tocsin`, or `this machine`. */
  name: string;
  config: Table;
  state: Table;
  queues: PlaceQueues;
  clock: Clock;
  /** Who acts, unless the page says otherwise: a name that is claimed, not proven. */
  author: string;
  /** Whether everybody on this machine may read without a session; to act, all need one. */
  isOpen: boolean;
  /** What `GET /api/stack` answers: where everything is. */
  stack: { urls: Record<string, string>; tables: Record<string, string> };
  /** What happened in this process; null: the functions run elsewhere. */
  journal: Journal | null;
  /** What a month has cost, or would on AWS, USD; `elapsedMs`: since when the sums run. */
  bill: (configuration: Configuration, usage: Usage, elapsedMs: number) => { soFar: number; month: number };
  /** How often the state is read while somebody watches, ms. */
  lookEveryMs: number;
}
