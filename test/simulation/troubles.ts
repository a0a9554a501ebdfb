/** What goes wrong beyond single calls, rarer and for longer, as AWS documents it or as it was seen: by the seed. */
import type { CallKind } from './chaos.ts';
import type { Random } from './random.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** Partitions fall into so many parts, one of which may be hot. */
const PARTS = 8;

/** What does not work for a while (ms): all calls of a kind, or those to one part of a table's partitions. */
interface Spot {
  from: number;
  to: number;
  kind: CallKind | null;
  part: number | null;
}

export interface Troubles {
  /** Probability that the client library carries a write out twice, and how long (ms) after the first time at most. */
  echoes: number;
  echoMsMax: number;
  /** Probability that of a failing batch of messages some are taken. */
  partialSends: number;
  /** Probability that a message is late, and by how much at most, ms. */
  lateMessages: number;
  lateMsMax: number;
  /** Probability that the schedule leaves out a minute. */
  skippedMinutes: number;
  /** Probability that Lambda has no room for messages that were received: they stay hidden, and count as received. */
  refusals: number;
  /** Probability that a clock is set anew between two invocations, also back. */
  clockSteps: number;
  /** How far the due index lags behind, at most, ms. */
  indexLagMs: number;
  spots: Spot[];
}

/** What has a probability. */
export type Trouble =
  | 'echoes'
  | 'partialSends'
  | 'lateMessages'
  | 'skippedMinutes'
  | 'refusals'
  | 'clockSteps';

export const NO_TROUBLES: Troubles = {
  echoes: 0,
  echoMsMax: 0,
  partialSends: 0,
  lateMessages: 0,
  lateMsMax: 0,
  skippedMinutes: 0,
  refusals: 0,
  clockSteps: 0,
  indexLagMs: 0,
  spots: [],
};

/** Every second seed has none. `start`: ms. */
export function troublesOf(random: Random, start: number): Troubles {
  if (random.chance(0.5)) return NO_TROUBLES;
  const sometimes = (most: number) => (random.chance(0.5) ? most * random.next() : 0);
  return {
    echoes: sometimes(0.1),
    echoMsMax: random.pick([0, 200, 5 * SECOND_MS, 20 * SECOND_MS]),
    partialSends: random.pick([0, 0.5]),
    lateMessages: sometimes(0.2),
    lateMsMax: random.pick([10 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS]),
    skippedMinutes: sometimes(0.5),
    refusals: sometimes(0.3),
    clockSteps: sometimes(0.5),
    indexLagMs: random.pick([0, 0, 20 * SECOND_MS, 3 * MINUTE_MS]),
    spots: random.chance(0.4) ? [spotOf(random, start)] : [],
  };
}

function spotOf(random: Random, start: number): Spot {
  const from = start + random.between(0, 15 * MINUTE_MS);
  const to = from + random.between(MINUTE_MS, 10 * MINUTE_MS);
  const kind = random.pick([null, null, 'send' as const, 'write' as const]);
  return { from, to, kind, part: kind === null ? random.between(0, PARTS - 1) : null };
}

/** Whether a call at `now` (ms) meets a spot that does not work. */
export function isSpot(spot: Spot, kind: CallKind, partition: string | null, now: number): boolean {
  if (now < spot.from || spot.to <= now) return false;
  if (spot.kind !== null) return spot.kind === kind;
  return partition !== null && partOf(partition) === spot.part;
}

function partOf(partition: string): number {
  let sum = 0;
  for (let index = 0; index < partition.length; index++)
    sum = (sum * 31 + partition.charCodeAt(index)) % 9973;
  return sum % PARTS;
}
