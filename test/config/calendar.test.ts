import { describe, expect, it } from 'vitest';
import { intervalsAt, liesIn } from '../../shared/config/calendar.ts';
import { timeIntervalSchema } from '../../shared/config/schema/interval-schema.ts';

const specs = (...timeIntervals: unknown[]) =>
  timeIntervalSchema.parse({ name: 'x', timeIntervals }).timeIntervals;
const holdsAt = (spec: unknown, at: string) => liesIn(specs(spec), Date.parse(at));

describe('a time interval', () => {
  it('takes times as [start, end) in its own time zone', () => {
    const office = { times: [{ startTime: '09:00', endTime: '17:00' }], location: 'Asia/Shanghai' };
    expect(holdsAt(office, '2026-11-21T00:59:59.999Z')).toBe(false);
    expect(holdsAt(office, '2026-11-21T01:00:00Z')).toBe(true);
    expect(holdsAt(office, '2026-11-21T08:59:59.999Z')).toBe(true);
    expect(holdsAt(office, '2026-11-21T09:00:00Z')).toBe(false);
  });

  it('reaches to the end of the day with 24:00', () => {
    const late = { times: [{ startTime: '22:00', endTime: '24:00' }] };
    expect(holdsAt(late, '2026-11-21T23:59:59.999Z')).toBe(true);
    expect(holdsAt(late, '2026-11-22T00:00:00Z')).toBe(false);
  });

  it('asks all its fields, and any range of each', () => {
    const spec = { weekdays: ['monday:wednesday', 'friday'], months: ['november'], years: ['2026'] };
    expect(holdsAt(spec, '2026-11-20T12:00:00Z')).toBe(true);
    expect(holdsAt(spec, '2026-11-19T12:00:00Z')).toBe(false);
    expect(holdsAt(spec, '2026-12-18T12:00:00Z')).toBe(false);
    expect(holdsAt(spec, '2025-11-21T12:00:00Z')).toBe(false);
  });

  it.each([
    ['-3:-1', '2026-02-26', true],
    ['-3:-1', '2026-02-25', false],
    ['29:31', '2026-02-28', false],
    ['25:31', '2026-02-28', true],
    ['25:-1', '2026-11-30', true],
    ['-31:1', '2026-02-01', true],
    ['-31:1', '2026-02-02', false],
  ])('takes the days %s of the month at %s: %s', (days, date, expected) => {
    // A range that begins at the month's end and ends at its start is refused when it is written.
    const [begin = 0, end = 0] = days.split(':').map(Number);
    const spec = {
      times: [],
      weekdays: [],
      daysOfMonth: [{ begin, end }],
      months: [],
      years: [],
      location: 'UTC',
    };
    expect(liesIn([spec], Date.parse(`${date}T12:00:00Z`))).toBe(expected);
  });

  it('follows the clock of its zone through the change to summer time', () => {
    const spec = { times: [{ startTime: '03:00', endTime: '04:00' }], location: 'Europe/Berlin' };
    expect(holdsAt(spec, '2026-03-29T00:59:59Z')).toBe(false);
    expect(holdsAt(spec, '2026-03-29T01:00:00Z')).toBe(true);
    expect(holdsAt(spec, '2026-03-30T01:00:00Z')).toBe(true);
    expect(holdsAt(spec, '2026-03-28T01:00:00Z')).toBe(false);
  });

  it('is found by its name; an unknown one holds never', () => {
    const always = { name: 'always', timeIntervals: specs({}) };
    expect(intervalsAt(['none', 'always'], [always], 0)).toEqual(['always']);
  });
});
