import * as z from 'zod';
import type { TimeInterval, TimeIntervalSpec } from '../model.ts';
import { timeZoneSchema } from '../zones.ts';
import {
  parseDaysOfMonth,
  parseMonths,
  parseTimes,
  parseWeekdays,
  parseYears,
  type Reading,
} from './intervals.ts';
import { nameSchema } from './names.ts';

type Range = { begin: number; end: number };

function ranges(parse: (text: string) => Reading<Range>, expected: string, examples: string[]) {
  const range = z
    .union([z.string(), z.number()], { error: expected })
    .meta({ description: expected, examples })
    .transform((input, context): Range => {
      const reading = parse(String(input));
      if ('value' in reading) return reading.value;
      context.addIssue({ code: 'custom', message: reading.wrong, params: { expected } });
      return z.NEVER;
    });
  return z.array(range).default([]);
}

const TIMES_EXPECTED = 'startTime and a later endTime, such as 09:00 and 17:00';
const timeOfDay = z.string({ error: 'a time of day such as "09:00"' }).meta({ examples: ['09:00'] });

const timesSchema = z
  .strictObject({ startTime: timeOfDay, endTime: timeOfDay })
  .transform(({ startTime, endTime }, context): TimeIntervalSpec['times'][number] => {
    const reading = parseTimes(startTime, endTime);
    if ('value' in reading) return reading.value;
    const isOvernight = parseTimes(endTime, startTime);
    const expected =
      'value' in isOvernight && endTime !== startTime
        ? `two entries, ${startTime} to 24:00 and 00:00 to ${endTime}`
        : TIMES_EXPECTED;
    context.addIssue({ code: 'custom', message: reading.wrong, params: { expected } });
    return z.NEVER;
  });

const specSchema = z.strictObject({
  times: z.array(timesSchema).default([]),
  weekdays: ranges(parseWeekdays, 'weekdays such as "monday:friday"', ['monday:friday']),
  daysOfMonth: ranges(parseDaysOfMonth, 'days of the month such as "1:5" or "-3:-1"', ['1:5', '-3:-1']),
  months: ranges(parseMonths, 'months such as "1:3" or "january:march"', ['1:3']),
  years: ranges(parseYears, 'years such as "2026" or "2026:2028"', ['2026']),
  location: timeZoneSchema.default('UTC'),
});

/** A named time interval as people write it (contract §1.5, Alertmanager's time_intervals in camelCase). */
export const timeIntervalSchema = z.strictObject({
  name: nameSchema,
  timeIntervals: z.array(specSchema).min(1),
}) satisfies z.ZodType<TimeInterval>;
