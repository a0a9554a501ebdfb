/** The ways in which loggers write a point in time, each read at one place of a line. */

/** What stands in a line; fields that the format lacks are null. */
export interface Written {
  year: number | null;
  /** 1 is January. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  /** Minutes east of UTC. */
  offset: number | null;
}

interface Format {
  /** Sticky, with named groups. */
  pattern: RegExp;
  /** Plain enough to be taken for something else: read at the start of a line only. */
  isWeak: boolean;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const NAME = '(?<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const TIME = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)(?:[.,](?<fraction>\\d{1,9}))?';
const ZONE = '(?: ?(?<zone>Z\\b|UTC\\b|GMT\\b|[+-]\\d\\d(?::?\\d\\d)?(?!\\d)))?';
const WEEKDAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';

function format(pattern: string, isWeak = false): Format {
  return { pattern: new RegExp(pattern, 'y'), isWeak };
}

const FORMATS: readonly Format[] = [
  // ISO 8601 and its relatives: 2026-11-21T12:00:00.123Z, 2003-07-08 16:49:45,896, 2009/11/10 23:00:00.
  format(`(?<year>\\d{4})([-/.])(?<month>\\d\\d)\\2(?<day>\\d\\d)[T t]${TIME}${ZONE}`),
  // ISO 8601, basic: 20261121T120000Z.
  format(
    `(?<year>\\d{4})(?<month>\\d\\d)(?<day>\\d\\d)T(?<hour>\\d\\d)(?<minute>\\d\\d)(?<second>\\d\\d)${ZONE}`,
  ),
  // Common log format: 10/Oct/2000:13:55:36 -0700; PHP and Tomcat: 21-Nov-2026 12:00:00.
  format(`(?<day>\\d\\d)[/-]${NAME}[/-](?<year>\\d{4})[: ]${TIME}${ZONE}`),
  // Apache: Thu Jun 09 06:07:04 2005.
  format(`${WEEKDAY} ${NAME} +(?<day>\\d{1,2}) ${TIME}(?: [A-Z]{3,4})? (?<year>\\d{4})`),
  // RFC 5322 and log4j's DATE: Fri, 21 Nov 2026 12:00:00 +0000, 21 Nov 2026 12:00:00,123.
  format(`(?:${WEEKDAY}, )?(?<day>\\d{1,2}) ${NAME} (?<year>\\d{4}) ${TIME}${ZONE}`),
  // java.util.logging: Nov 21, 2026 12:00:00 PM.
  format(
    `${NAME} (?<day>\\d{1,2}), (?<year>\\d{4}) (?<hour>\\d{1,2}):(?<minute>\\d\\d):(?<second>\\d\\d) (?<half>[AP]M)`,
  ),
  // Syslog, RFC 3164: Dec 10 06:55:46.
  format(`${NAME} +(?<day>\\d{1,2}) ${TIME}`, true),
  // klog: E0506 12:00:00.123456.
  format(`[IWEF](?<month>\\d\\d)(?<day>\\d\\d) ${TIME}`, true),
  // Hadoop: 081109 203615.
  format(
    '(?<short>\\d\\d)(?<month>\\d\\d)(?<day>\\d\\d) (?<hour>\\d\\d)(?<minute>\\d\\d)(?<second>\\d\\d)(?!\\d)',
    true,
  ),
];

/** Reads a time at one place of a text; null where none stands there. */
export function readWritten(text: string, at: number, isStart: boolean): Written | null {
  for (const { pattern, isWeak } of FORMATS) {
    if (isWeak && !isStart) continue;
    pattern.lastIndex = at;
    const groups = pattern.exec(text)?.groups;
    const written = groups && fromGroups(groups);
    if (written && isPossible(written)) return written;
  }
  return null;
}

function fromGroups(groups: Record<string, string | undefined>): Written {
  const month = groups.name ? MONTHS.indexOf(groups.name.toLowerCase()) + 1 : Number(groups.month);
  return {
    year: yearOf(groups),
    month,
    day: Number(groups.day),
    hour: hourOf(groups),
    minute: Number(groups.minute),
    second: Number(groups.second),
    millisecond: groups.fraction ? Number(groups.fraction.padEnd(3, '0').slice(0, 3)) : 0,
    offset: groups.zone ? offsetOf(groups.zone) : null,
  };
}

function yearOf({ year, short }: Record<string, string | undefined>): number | null {
  if (year) return Number(year);
  if (!short) return null;
  return Number(short) + (Number(short) < 70 ? 2000 : 1900);
}

function hourOf({ hour, half }: Record<string, string | undefined>): number {
  if (!half) return Number(hour);
  return (Number(hour) % 12) + (half === 'PM' ? 12 : 0);
}

function offsetOf(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return match[1] === '-' ? -minutes : minutes;
}

function isPossible({ year, month, day, hour, minute, second }: Written): boolean {
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return false;
  // 2024 is a leap year: without a year, 29 February is possible.
  return day <= new Date(Date.UTC(year ?? 2024, month, 0)).getUTCDate();
}
