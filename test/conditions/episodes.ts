/** Alerts of one series as the matchers and the evaluator see them, without tables: what fires, and until when. */
import { decideBreach, type Episode, resolvableAt } from '../../shared/alerts/episode.ts';
import type { Run } from '../../shared/conditions/runs.ts';

/** The latest episode and all before it. */
export class Episodes {
  readonly all: Episode[] = [];

  get latest(): Episode | undefined {
    return this.all.at(-1);
  }

  /** What a run means for the alert; answers the episode that fires afterwards. */
  apply(run: Run, now: number): Episode | undefined {
    const decision = decideBreach(this.latest, run, 0, now);
    const { latest } = this;
    if (decision.kind === 'join' && latest !== undefined) {
      if (decision.extend) latest.heldUntil = run.endsAt;
      return latest;
    }
    if (decision.kind === 'known') return undefined;
    const firing = decision.kind === 'open';
    const startsAt = firing ? Math.max(run.startsAt, latest?.heldUntil ?? 0) : run.startsAt;
    const episode = episodeOf(startsAt, run.endsAt, firing);
    if (firing) this.all.push(episode);
    else this.all.unshift(episode);
    return firing ? episode : undefined;
  }

  /** Whether the alert may be over at `now`. */
  dueAt(now: number): Episode | undefined {
    const { latest } = this;
    return latest?.alert.status === 'firing' && resolvableAt(latest) <= now ? latest : undefined;
  }
}

function episodeOf(startsAt: number, heldUntil: number, firing: boolean): Episode {
  const alert = { startsAt, status: firing ? 'firing' : 'resolved' };
  return { heldUntil, keepFiringMs: 0, alert } as unknown as Episode;
}
