import { intervalsAt } from '../../shared/config/calendar.ts';
import type { Configuration } from '../../shared/config/model.ts';

/** No calendar is finer. */
const MINUTE_MS = 60_000;

/** When rules begin and cease to be active, as time goes on. */
export class Activity {
  readonly #names: readonly (readonly string[])[];
  readonly #intervals: Configuration['timeIntervals'];
  /** What was active up to `#sameTo` (ms), which ends a minute. */
  #active = '';
  #sameTo = Number.NEGATIVE_INFINITY;
  #hasChanged = false;

  constructor({ rules, timeIntervals }: Configuration) {
    this.#names = rules.map((rule) => rule.activeTimeIntervals).filter((names) => names.length > 0);
    this.#intervals = timeIntervals;
  }

  /** Up to when, `limit` at most, the same rules are active as at `now`, which never goes back; all in ms. */
  sameUntil(now: number, limit: number): number {
    if (this.#names.length === 0) return limit;
    if (now > this.#sameTo) {
      this.#active = this.#activeAt(now);
      this.#sameTo = Math.ceil((now + 1) / MINUTE_MS) * MINUTE_MS - 1;
      this.#hasChanged = false;
    }
    while (!this.#hasChanged && this.#sameTo < limit) {
      if (this.#activeAt(this.#sameTo + 1) === this.#active) this.#sameTo += MINUTE_MS;
      else this.#hasChanged = true;
    }
    return Math.min(this.#sameTo, limit);
  }

  #activeAt(at: number): string {
    const actives = this.#names.map((names) => intervalsAt(names, this.#intervals, at).length > 0);
    return actives.join();
  }
}
