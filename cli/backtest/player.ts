import type { Happening, Notified } from '../../shared/happenings.ts';
import { Beginnings } from '../beginnings.ts';

export interface Totals {
  events: number;
  matched: number;
  alerts: number;
  notifications: number;
}

/** Counts what happens in one run, and hands the notifications on. */
export class Player {
  readonly totals: Totals = { events: 0, matched: 0, alerts: 0, notifications: 0 };
  /** Off once the log has ended: what goes on firing repeats for ever. */
  repeats = true;
  /** Events that were too late to count. */
  uncounted = 0;
  /** The `maxGroups` of rules that met more groups than that, by rule id. */
  readonly exceeded = new Map<string, number>();
  readonly #beginnings = new Beginnings();
  readonly #notified: (notification: Notified) => void;

  constructor(notified: (notification: Notified) => void) {
    this.#notified = notified;
  }

  take(happening: Happening): void {
    if (happening.type === 'uncounted') this.uncounted += happening.events;
    if (happening.type === 'groups-exceeded') this.exceeded.set(happening.ruleId, happening.maxGroups);
    if (happening.type === 'events') this.totals.matched += happening.matched;
    if (this.#beginnings.isOne(happening)) this.totals.alerts += 1;
    if (
      happening.type === 'notification' &&
      (this.repeats || happening.reason !== 'repeat interval elapsed')
    ) {
      this.totals.notifications += 1;
      this.#notified(happening);
    }
  }
}
