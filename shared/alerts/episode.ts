/**
 * The life of an alert. An episode is an alert + `startsAt`; it is firing until its condition holds for no window up
 * to now, after `keepFiring` and the time for stragglers, and then resolved. Here is only what is decided; `store.ts`
 * keeps it, `breach.ts` and `functions/evaluator` act on it.
 */
import type { Run } from '../conditions/runs.ts';
import type { RuleVersion } from '../revision.ts';
import type { NotifiedAlert } from './notification.ts';

/** How long (ms) late log events are waited for before an alert resolves. */
export const STRAGGLERS_MS = 30_000;
/** An episode that ended longer ago than this (ms) when it is found out is recorded, not told. */
export const TOLD_LATE_MS_MAX = 3_600_000;

/** Its version is that of the rule by which it was last heard of. */
export interface Episode extends RuleVersion {
  /** Grows with every transition of the alert; queues repeat and reorder, so only what is newer applies. */
  seq: number;
  /** The last `seq` that the dispatcher is known to have taken; behind `seq`: it may have to be sent again. */
  confirmedSeq: number;
  /** The rule's `groupBy` labels: the identity beside the rule's id. */
  groupLabels: Record<string, string>;
  /** End of the last window known to hold, event time, ms. */
  heldUntil: number;
  keepFiringMs: number;
  /** Why it holds no longer, once that is known and more than that the condition does not hold. */
  endReason?: string | null;
  /** The rule's short cut past the route tree. */
  receiver: string | null;
  /** Why nobody is told; null: somebody is. */
  withheld: string | null;
  alert: NotifiedAlert;
}

/** The processing time (ms) from which on the episode may be over. */
export function resolvableAt({ heldUntil, keepFiringMs }: Episode): number {
  return heldUntil + keepFiringMs + STRAGGLERS_MS;
}

/** What a run of holding windows means for an alert. */
export type BreachDecision =
  /** The run lies inside an episode that has ended: a batch seen again. */
  | { kind: 'known' }
  /** The run belongs to the episode that is firing; `heldUntil` moves only where `extend` says so. */
  | { kind: 'join'; extend: boolean }
  /** A new episode begins; one that still fires has had its time. */
  | { kind: 'open' }
  /** A separate episode that is over already; `tell` is false where that was too long ago. */
  | { kind: 'over'; tell: boolean };

/**
 * Decides by the alert's latest episode (undefined: there never was one).
 *
 * A run joins where it overlaps the episode or follows it before it could resolve, whether or not somebody came round
 * to resolving it in time: the answer depends on the events, not on who was quick. `extend` is left out where the run
 * goes on from a known end that lies ahead of `now`, since nobody may resolve before that end and will read the counts
 * again then.
 */
export function decideBreach(
  latest: Episode | undefined,
  run: Run,
  keepFiringMs: number,
  now: number,
): BreachDecision {
  const over: BreachDecision = { kind: 'over', tell: run.endsAt + TOLD_LATE_MS_MAX >= now };
  if (latest !== undefined) {
    // Before the latest episode, whatever the clock says: clocks differ, and timestamps may lie ahead of them.
    if (run.endsAt < latest.alert.startsAt) return over;
    const firing = latest.alert.status === 'firing';
    if (firing && run.startsAt <= resolvableAt(latest)) {
      const isRead = run.startsAt <= latest.heldUntil && latest.heldUntil > now;
      return { kind: 'join', extend: run.endsAt > latest.heldUntil && !isRead };
    }
    if (!firing && run.endsAt <= latest.heldUntil) return { kind: 'known' };
  }
  return run.endsAt + keepFiringMs + STRAGGLERS_MS <= now ? over : { kind: 'open' };
}

/** Whether a run touches an episode that has ended: then it joins it silently. */
export function overlapsEnded(episode: Episode, run: Run): boolean {
  return run.startsAt <= episode.heldUntil && run.endsAt >= episode.alert.startsAt;
}
