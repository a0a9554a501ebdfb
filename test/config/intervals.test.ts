import { describe, expect, it } from 'vitest';
import { loadText, problemsOf } from './documents.ts';

function document(spec: string): string {
  return `version: 1\ntimeIntervals:\n  - name: office\n    timeIntervals:\n      - ${spec}\n`;
}

describe('time intervals', () => {
  it('become numbers', () => {
    const spec =
      '{ times: [{ startTime: "09:00", endTime: "24:00" }], weekdays: ["monday:friday", sunday], daysOfMonth: ["1:5", "-3:-1", "25:-1", 7], months: ["1:3", "october:december"], years: ["2026", 2027, "2028:2030"], location: Asia/Shanghai }';
    const { document: loaded, problems } = loadText(document(spec));
    expect(problems).toEqual([]);
    expect(loaded.configuration.timeIntervals).toEqual([
      {
        name: 'office',
        timeIntervals: [
          {
            times: [{ startMinute: 540, endMinute: 1440 }],
            weekdays: [
              { begin: 1, end: 5 },
              { begin: 0, end: 0 },
            ],
            daysOfMonth: [
              { begin: 1, end: 5 },
              { begin: -3, end: -1 },
              { begin: 25, end: -1 },
              { begin: 7, end: 7 },
            ],
            months: [
              { begin: 1, end: 3 },
              { begin: 10, end: 12 },
            ],
            years: [
              { begin: 2026, end: 2026 },
              { begin: 2027, end: 2027 },
              { begin: 2028, end: 2030 },
            ],
            location: 'Asia/Shanghai',
          },
        ],
      },
    ]);
  });

  it('are always and in UTC where nothing is said', () => {
    const [interval] = loadText(document('{}')).document.configuration.timeIntervals;
    const none = { times: [], weekdays: [], daysOfMonth: [], months: [], years: [] };
    expect(interval?.timeIntervals).toEqual([{ ...none, location: 'UTC' }]);
  });

  it('are doubted where they are in UTC and the document is not', () => {
    const times = '{ times: [{ startTime: "09:00", endTime: "17:00" }] }';
    expect(problemsOf(`timeZone: Asia/Shanghai\n${document(times)}`)).toEqual([
      expect.stringMatching(
        /warning: has no location: its days and hours are those of UTC.*expected location: Asia\/Shanghai$/,
      ),
    ]);
    expect(problemsOf(`timeZone: Asia/Shanghai\n${document('{ location: UTC }')}`)).toEqual([]);
  });

  it.each([
    ['{ times: [{ startTime: "17:00", endTime: "09:00" }] }', '09:00 is not after 17:00'],
    ['{ times: [{ startTime: "09:00", endTime: "09:00" }] }', '09:00 is not after 09:00'],
    ['{ times: [{ startTime: "9:00", endTime: "17:00" }] }', '"9:00" is no time of day'],
    ['{ times: [{ startTime: "09:00", endTime: "24:01" }] }', '"24:01" is no time of day'],
    ['{ weekdays: ["friday:monday"] }', '"friday:monday" ends before it begins'],
    ['{ weekdays: [mon] }', '"mon" is no such range'],
    ['{ daysOfMonth: ["0"] }', '"0" is no range of days'],
    ['{ daysOfMonth: ["5:1"] }', '"5:1" ends before it begins'],
    ['{ daysOfMonth: ["-1:-3"] }', '"-1:-3" ends before it begins'],
    ['{ daysOfMonth: ["-3:3"] }', `"-3:3" begins at the month's end and ends at its start`],
    ['{ months: ["13"] }', '"13" is no such range'],
    ['{ years: ["2027:2026"] }', '"2027:2026" ends before it begins'],
    ['{ location: Mars/Base }', 'is no known time zone'],
  ])('refuse %s', (spec, message) => {
    expect(problemsOf(document(spec))).toEqual([expect.stringContaining(`: ${message}, expected `)]);
  });
});
