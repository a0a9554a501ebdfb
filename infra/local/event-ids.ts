import { createHash } from 'node:crypto';

/** As long as CloudWatch's. */
const LENGTH = 56;
const POSITION_DIGITS = 12;

/**
 * The id of a log event that has none of its own: unique by `place`, and sorting by `position` in its source, for events
 * of one millisecond are in the order of their ids.
 */
export function eventIdAt(position: number, place: string): string {
  const order = position.toString(16).padStart(POSITION_DIGITS, '0');
  return `${order}${createHash('sha256').update(place).digest('hex')}`.slice(0, LENGTH);
}
