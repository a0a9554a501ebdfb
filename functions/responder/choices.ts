/** What the forms of the responder let a reader choose and fill in. */
export type Action = 'acknowledge' | 'silence';

const HOUR_MS = 3_600_000;

/** How long an action may hold, ms; null: until the alert ends. The first is what is chosen unless the reader does. */
export const CHOICES = {
  acknowledge: { untilEnd: null, '1h': HOUR_MS, '4h': 4 * HOUR_MS, '1d': 24 * HOUR_MS },
  silence: { '1h': HOUR_MS, '4h': 4 * HOUR_MS, '1d': 24 * HOUR_MS },
} as const;
