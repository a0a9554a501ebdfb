import type { TimeIntervalSpec } from '../model.ts';

type Range = { begin: number; end: number };

/** A reading, or why there is none. */
export type Reading<Value> = { value: Value } | { wrong: string };

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

function splitRange(text: string, read: (part: string) => number | null): Range | null {
  const parts = text.split(':').map((part) => read(part.trim().toLowerCase()));
  const [begin, end = begin] = parts;
  if (parts.length > 2 || begin === null || begin === undefined || end === null || end === undefined)
    return null;
  return { begin, end };
}

function integer(text: string): number | null {
  return /^-?\d{1,4}$/.test(text) ? Number(text) : null;
}

function rangeReader(read: (part: string) => number | null) {
  return (text: string): Reading<Range> => {
    const range = splitRange(text, read);
    if (range === null) return { wrong: `"${text}" is no such range` };
    return range.begin > range.end ? { wrong: `"${text}" ends before it begins` } : { value: range };
  };
}

/** `monday:friday`, `sunday`; 0 is Sunday, and a range runs forward within Sunday to Saturday. */
export const parseWeekdays = rangeReader((part) => {
  const index = WEEKDAYS.indexOf(part);
  return index < 0 ? null : index;
});

/** `1:3`, `january:march`; 1 is January. */
export const parseMonths = rangeReader((part) => {
  const number = MONTHS.indexOf(part) + 1 || integer(part) || 0;
  return number >= 1 && number <= 12 ? number : null;
});

/** `2026`, `2026:2028`. */
export const parseYears = rangeReader((part) => {
  const year = integer(part);
  return year !== null && year >= 1970 ? year : null;
});

function dayOfMonth(part: string): number | null {
  const day = integer(part);
  return day === null || day === 0 || Math.abs(day) > 31 ? null : day;
}

/** `1:5`, `-3:-1`, `25:-1`; negative days count from the month's end, as in Alertmanager. */
export function parseDaysOfMonth(text: string): Reading<Range> {
  const range = splitRange(text, dayOfMonth);
  if (range === null) return { wrong: `"${text}" is no range of days` };
  const { begin, end } = range;
  if (begin < 0 && end > 0) return { wrong: `"${text}" begins at the month's end and ends at its start` };
  return begin > 0 === end > 0 && begin > end
    ? { wrong: `"${text}" ends before it begins` }
    : { value: range };
}

function minuteOfDay(text: string): number | null {
  const match = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(text);
  const minute = match === null ? null : Number(match[1]) * 60 + Number(match[2]);
  return minute !== null && minute <= 1440 ? minute : null;
}

/** `09:00` to `17:00`, the end exclusive, `24:00` the latest end. */
export function parseTimes(start: string, end: string): Reading<TimeIntervalSpec['times'][number]> {
  const startMinute = minuteOfDay(start);
  const endMinute = minuteOfDay(end);
  if (startMinute === null || endMinute === null) {
    return { wrong: `"${startMinute === null ? start : end}" is no time of day` };
  }
  if (startMinute >= endMinute) return { wrong: `${end} is not after ${start}` };
  return { value: { startMinute, endMinute } };
}
