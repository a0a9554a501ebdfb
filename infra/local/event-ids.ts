import { createHash } from 'node:crypto';

/** As long as CloudWatch's. */
const LENGTH = 56;
const POSITION_DIGITS = 12;
const PLACE_DIGITS = 12;
/** Parts a sender's id from the place within which it names an event: nothing sorts before it. */
const PART = '\0';

/**
 * The id of a log event that has none of its own: unique by `place`, and sorting by `position` in its source, for events
 * of one millisecond are in the order of their ids.
 */
export function eventIdAt(position: number, place: string): string {
  const order = position.toString(16).padStart(POSITION_DIGITS, '0');
  return `${order}${createHash('sha256').update(place).digest('hex')}`.slice(0, LENGTH);
}

/** The id of a log event that its sender names, within `place` only: it sorts as the sender's ids do, as texts. */
export function eventIdOf(own: string, place: string): string {
  return `${own}${PART}${createHash('sha256').update(place).digest('hex').slice(0, PLACE_DIGITS)}`;
}
