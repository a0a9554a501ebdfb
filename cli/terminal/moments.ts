import { parseDuration } from '../../shared/config/durations.ts';
import { UsageError } from './usage-error.ts';

const WITH_ZONE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;
const WITHOUT_ZONE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/**
 * A moment that an option names, ms: `2026-12-24T03:00+08:00`, or without a zone in `timeZone`.
 * @throws UsageError where it is none
 */
export function momentOf(option: string, text: string, timeZone: string): number {
  const at = WITH_ZONE.test(text) ? Date.parse(text.replace(' ', 'T')) : inZone(text, timeZone);
  if (at === null || Number.isNaN(at))
    throw new UsageError(
      `${option} ${text} is no time, expected one such as 2026-12-24T03:00 or 2026-12-24T03:00Z.`,
    );
  return at;
}

/** A length of time that an option names, ms. @throws UsageError where it is none */
export function lengthOf(option: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms === 0)
    throw new UsageError(`${option} ${text} is no duration, expected one such as 30m, 2h or 1d.`);
  return ms;
}

function inZone(text: string, timeZone: string): number | null {
  const [whole, year, month, day, hour = '00', minute = '00', second = '00'] = WITHOUT_ZONE.exec(text) ?? [];
  if (whole === undefined) return null;
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const wall = Date.parse(written);
  // 30 February would be read as a day in March.
  if (Number.isNaN(wall) || new Date(wall).toISOString() !== written) return null;
  // The offset belongs to the moment, not to the wall clock: where it changes in between, look once more.
  const near = wall - offsetAt(wall, timeZone);
  return wall - offsetAt(near, timeZone);
}

/** Milliseconds that a zone's wall clock is ahead of UTC at a moment. */
function offsetAt(at: number, timeZone: string): number {
  const options = { timeZone, hourCycle: 'h23', dateStyle: 'short', timeStyle: 'medium' } as const;
  const [date = '', time = ''] = new Intl.DateTimeFormat('sv-SE', options).format(at).split(' ');
  return Date.parse(`${date}T${time}Z`) - Math.floor(at / 1000) * 1000;
}
