/** A part of a moment, as each zone that was asked for writes it; a new formatter takes longer than all that it writes. */
class Style {
  readonly #options: Intl.DateTimeFormatOptions;
  readonly #formatters = new Map<string, Intl.DateTimeFormat>();

  constructor(options: Intl.DateTimeFormatOptions) {
    this.#options = { ...options, hourCycle: 'h23' };
  }

  parts(ms: number, timeZone: string): Record<string, string> {
    const named: Record<string, string> = {};
    for (const { type, value } of this.#formatter(timeZone).formatToParts(ms)) named[type] = value;
    return named;
  }

  #formatter(timeZone: string): Intl.DateTimeFormat {
    const known = this.#formatters.get(timeZone);
    if (known !== undefined) return known;
    const formatter = new Intl.DateTimeFormat('en-GB', { ...this.#options, timeZone });
    this.#formatters.set(timeZone, formatter);
    return formatter;
  }
}

const CLOCK_OPTIONS = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
const CLOCK = new Style(CLOCK_OPTIONS);
const DAY_AND_CLOCK = new Style({ year: 'numeric', month: '2-digit', day: '2-digit', ...CLOCK_OPTIONS });
const OFFSET = new Style({ timeZoneName: 'shortOffset' });

/** The offset of a zone at that time, as people write it: `UTC`, `UTC+8`, `UTC+5:30`. */
function offset(ms: number, timeZone: string): string {
  const name = OFFSET.parts(ms, timeZone).timeZoneName ?? 'GMT';
  return name.replace('GMT', 'UTC').replace(/\+0$/, '');
}

/**
 * A moment (ms) in a zone, the zone named: `2026-11-21 10:02:05 UTC+8`. The same digits in every language, so
 * that times of two receivers can be compared.
 * @throws RangeError where the zone is unknown; the configuration's schema refuses such zones.
 */
export function formatTime(ms: number, timeZone: string): string {
  const { year, month, day, hour, minute, second } = DAY_AND_CLOCK.parts(ms, timeZone);
  return `${year}-${month}-${day} ${hour}:${minute}:${second} ${offset(ms, timeZone)}`;
}

/** Only the time of day of a moment (ms) in a zone: `10:02:05`. */
export function formatClock(ms: number, timeZone: string): string {
  const { hour, minute, second } = CLOCK.parts(ms, timeZone);
  return `${hour}:${minute}:${second}`;
}

/** Only the hour and minute of a moment (ms) in a zone: `10:02`. */
export function formatMinute(ms: number, timeZone: string): string {
  return formatClock(ms, timeZone).slice(0, 5);
}
