import type { Episode } from '../../shared/alerts/episode.ts';
import type { Series } from '../../shared/count/store.ts';

const SERIES_MAX = 10_000;

/**
 * Episodes known to fire for some time yet. While an episode's known end lies ahead of now, nobody can resolve it,
 * and whoever comes to resolve it later reads the counts again: events inside it change nothing that must be read or
 * written now. A rule that fires thus costs less, not more.
 */
export class FiringMemory {
  readonly #known = new Map<string, { startsAt: number; heldUntil: number }>();

  /**
   * A time (ms) up to `fromMs` at which the series is known to have fired: a run that reaches back so far belongs to
   * that episode, wherever it began.
   */
  firedAt(series: Series, fromMs: number): number | undefined {
    const known = this.#known.get(nameOf(series));
    if (known === undefined || known.startsAt > fromMs) return undefined;
    return Math.min(known.heldUntil - 1, fromMs);
  }

  /**
   * Whether events from `fromMs` to `toMs` (event time) can change nothing at `now`. Those ahead of the known end may
   * begin something that nobody would look at when it is resolved.
   */
  covers(series: Series, fromMs: number, toMs: number, now: number): boolean {
    const known = this.#known.get(nameOf(series));
    return known !== undefined && known.startsAt <= fromMs && Math.max(toMs, now) < known.heldUntil;
  }

  note(series: Series, { heldUntil, alert }: Episode): void {
    if (alert.status !== 'firing') return;
    this.#known.delete(nameOf(series));
    this.#known.set(nameOf(series), { startsAt: alert.startsAt, heldUntil });
    if (this.#known.size > SERIES_MAX) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

function nameOf({ generation, fingerprint }: Series): string {
  return `${generation}#${fingerprint}`;
}
