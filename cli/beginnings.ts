import type { Happening } from '../shared/happenings.ts';

/** Tells the beginnings of alerts from what is said of them later: an episode whose severity changes begins once. */
export class Beginnings {
  /** When what fires began, ms, by fingerprint. */
  readonly #firing = new Map<string, number>();

  /** Whether an alert begins here, be it over already. */
  isOne(happening: Happening): boolean {
    if (happening.type !== 'alert') return false;
    const { fingerprint, startsAt, alreadyOver } = happening.alert;
    if (happening.status === 'resolved') {
      if (!alreadyOver) this.#firing.delete(fingerprint);
      return alreadyOver;
    }
    if (this.#firing.get(fingerprint) === startsAt) return false;
    this.#firing.set(fingerprint, startsAt);
    return true;
  }
}
