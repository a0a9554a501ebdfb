/**
 * Whether a time lies in a time interval, as Alertmanager's `timeinterval` package decides it: the fields of one
 * interval must all hold, any one of its ranges does; times of day are [start, end), all others inclusive.
 */
import type { TimeInterval, TimeIntervalSpec } from './model.ts';

interface LocalTime {
  minute: number;
  weekday: number;
  day: number;
  daysInMonth: number;
  month: number;
  year: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether `at` (ms since the epoch) lies in any of the specs. */
export function liesIn(specs: readonly TimeIntervalSpec[], at: number): boolean {
  return specs.some((spec) => holds(spec, localTime(at, spec.location)));
}

/** The names of those intervals, among `names`, that `at` (ms) lies in. A name that is not known holds never. */
export function intervalsAt(
  names: readonly string[],
  intervals: readonly TimeInterval[],
  at: number,
): string[] {
  return names.filter((name) => {
    const known = intervals.find((interval) => interval.name === name);
    return known !== undefined && liesIn(known.timeIntervals, at);
  });
}

function holds(spec: TimeIntervalSpec, local: LocalTime): boolean {
  const within = (ranges: { begin: number; end: number }[], value: number) =>
    ranges.length === 0 || ranges.some(({ begin, end }) => begin <= value && value <= end);
  const inTimes =
    spec.times.length === 0 ||
    spec.times.some(({ startMinute, endMinute }) => startMinute <= local.minute && local.minute < endMinute);
  return (
    inTimes &&
    within(spec.weekdays, local.weekday) &&
    inDaysOfMonth(spec.daysOfMonth, local) &&
    within(spec.months, local.month) &&
    within(spec.years, local.year)
  );
}

/** Negative days count from the month's end; what lies outside the month is clamped to it. */
function inDaysOfMonth(ranges: TimeIntervalSpec['daysOfMonth'], { day, daysInMonth }: LocalTime): boolean {
  const fromStart = (value: number) => (value < 0 ? daysInMonth + value + 1 : value);
  return (
    ranges.length === 0 ||
    ranges.some(({ begin, end }) => {
      const first = fromStart(begin);
      if (first > daysInMonth) return false;
      return Math.max(first, 1) <= day && day <= Math.min(fromStart(end), daysInMonth);
    })
  );
}

function localTime(at: number, location: string): LocalTime {
  const parts = new Map(
    format(location)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const [year, month, day] = [part('year'), part('month'), part('day')];
  return {
    minute: part('hour') * 60 + part('minute'),
    weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(),
    day,
    daysInMonth: new Date(Date.UTC(year, month, 0)).getUTCDate(),
    month,
    year,
  };
}

function format(location: string): Intl.DateTimeFormat {
  const known = formats.get(location);
  if (known !== undefined) return known;
  const created = new Intl.DateTimeFormat('en-US', {
    timeZone: location,
    hourCycle: 'h23',
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  formats.set(location, created);
  return created;
}
