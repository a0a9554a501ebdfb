function formatter(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', { ...options, timeZone, hourCycle: 'h23' });
}

function parts(ms: number, timeZone: string, options: Intl.DateTimeFormatOptions): Record<string, string> {
  const named: Record<string, string> = {};
  for (const { type, value } of formatter(timeZone, options).formatToParts(ms)) named[type] = value;
  return named;
}

const DAY = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;

/** The offset of a zone at that time, as people write it: `UTC`, `UTC+8`, `UTC+5:30`. */
function offset(ms: number, timeZone: string): string {
  const name = parts(ms, timeZone, { timeZoneName: 'shortOffset' }).timeZoneName ?? 'GMT';
  return name.replace('GMT', 'UTC').replace(/\+0$/, '');
}

/**
 * A moment (ms) in a zone, the zone named: `2026-11-21 10:02:05 UTC+8`. The same digits in every language, so
 * that times of two receivers can be compared.
 * @throws RangeError where the zone is unknown; the configuration's schema refuses such zones.
 */
export function formatTime(ms: number, timeZone: string): string {
  const { year, month, day, hour, minute, second } = parts(ms, timeZone, { ...DAY, ...CLOCK });
  return `${year}-${month}-${day} ${hour}:${minute}:${second} ${offset(ms, timeZone)}`;
}

/** Only the time of day of a moment (ms) in a zone: `10:02:05`. */
export function formatClock(ms: number, timeZone: string): string {
  const { hour, minute, second } = parts(ms, timeZone, CLOCK);
  return `${hour}:${minute}:${second}`;
}

/** Only the hour and minute of a moment (ms) in a zone: `10:02`. */
export function formatMinute(ms: number, timeZone: string): string {
  return formatClock(ms, timeZone).slice(0, 5);
}
