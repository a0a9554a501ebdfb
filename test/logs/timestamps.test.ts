import { describe, expect, it } from 'vitest';
import { recogniseTimestamp } from '../../shared/logs/timestamps.ts';

const REFERENCE = Date.parse('2026-11-21T12:00:00Z');

const LINES: [line: string, time: string][] = [
  ['2026-11-21T02:00:00.123Z message', '2026-11-21T02:00:00.123Z'],
  ['2026-11-30T23:59:59.999Z the last day', '2026-11-30T23:59:59.999Z'],
  ['2026-11-21T02:00:00Z\t8b4…\tERROR\tx', '2026-11-21T02:00:00.000Z'],
  ['2026-11-21T10:00:00.5+08:00 x', '2026-11-21T02:00:00.500Z'],
  ['2026-11-21 10:00:00 +0800 x', '2026-11-21T02:00:00.000Z'],
  ['2026-11-21 02:00:00 UTC [123] LOG: x', '2026-11-21T02:00:00.000Z'],
  ['2026-11-21T02:00:00.123456789Z x', '2026-11-21T02:00:00.123Z'],
  ['20261121T020000Z x', '2026-11-21T02:00:00.000Z'],
  ['[2026-11-21T02:00:00.000Z]  INFO: app/1 on host: x', '2026-11-21T02:00:00.000Z'],
  ['[ERROR]\t2026-11-21T02:00:00.000Z\tid\tx', '2026-11-21T02:00:00.000Z'],
  ['2003-07-08 16:49:45,896 - root - ERROR - x', '2003-07-08T16:49:45.896Z'],
  ['2009/11/10 23:00:00 x', '2009-11-10T23:00:00.000Z'],
  ['2009/11/10 23:00:00 [error] 12#12: *1 open()', '2009-11-10T23:00:00.000Z'],
  ['Dec 10 06:55:46 LabSZ sshd[24200]: Invalid user', '2025-12-10T06:55:46.000Z'],
  ['Nov  1 06:55:46 host x', '2026-11-01T06:55:46.000Z'],
  ['Nov 22 11:59:59 host x', '2026-11-22T11:59:59.000Z'],
  ['Nov 22 12:00:01 host x', '2025-11-22T12:00:01.000Z'],
  ['Feb 29 00:00:00 host x', '2024-02-29T00:00:00.000Z'],
  ['<34>Oct 11 22:14:15 mymachine su: x', '2026-10-11T22:14:15.000Z'],
  ['<165>1 2003-08-24T05:14:15.000003-07:00 host app x', '2003-08-24T12:14:15.000Z'],
  ['[Thu Jun 09 06:07:04 2005] [notice] x', '2005-06-09T06:07:04.000Z'],
  ['[Sun Dec 04 04:47:44.123456 2005] [core:error] x', '2005-12-04T04:47:44.123Z'],
  ['127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 1', '2000-10-10T20:55:36.000Z'],
  ['081109 203615 148 INFO dfs.DataNode$PacketResponder: x', '2008-11-09T20:36:15.000Z'],
  ['nova-api.log.1.2017-05-16_13:53:08 2017-05-16 00:00:00.008 25746 INFO x', '2017-05-16T00:00:00.008Z'],
  ['E0506 12:00:00.123456   1 file.go:12] x', '2026-05-06T12:00:00.123Z'],
  ['1732154400 x', '2024-11-21T02:00:00.000Z'],
  ['1732154400.250 x', '2024-11-21T02:00:00.250Z'],
  ['1732154400123 x', '2024-11-21T02:00:00.123Z'],
  ['21 Nov 2026 02:00:00,123 x', '2026-11-21T02:00:00.123Z'],
  ['Sat, 21 Nov 2026 02:00:00 +0000 x', '2026-11-21T02:00:00.000Z'],
  ['[21-Nov-2026 02:00:00 UTC] PHP Warning:  x', '2026-11-21T02:00:00.000Z'],
  ['Nov 21, 2026 2:00:00 PM com.example.Main main', '2026-11-21T14:00:00.000Z'],
  ['E, [2026-11-21T02:00:00.123456 #1234] ERROR -- : x', '2026-11-21T02:00:00.123Z'],
  ['time="2026-11-21T02:00:00Z" level=error msg="x"', '2026-11-21T02:00:00.000Z'],
  ['ts=2026-11-21T02:00:00Z level=error', '2026-11-21T02:00:00.000Z'],
  ['{"time":1732154400123,"msg":"x"}', '2024-11-21T02:00:00.123Z'],
  ['{"ts":1732154400.123,"msg":"x"}', '2024-11-21T02:00:00.123Z'],
  ['{"timestamp":"2026-11-21T02:00:00Z"}', '2026-11-21T02:00:00.000Z'],
  ['{"@timestamp":"2026-11-21 02:00:00,5"}', '2026-11-21T02:00:00.500Z'],
  ['{"ts":"2026-11-21T02:00:00Z","time":"2026-11-21T03:00:00Z"}', '2026-11-21T03:00:00.000Z'],
  ['{"ts":"2026-11-21T02:00:00Z","in":{"time":"2026-11-21T03:00:00Z"}}', '2026-11-21T02:00:00.000Z'],
  ['{ "time" : "2026-11-21T02:00:00Z", "msg": "cut of', '2026-11-21T02:00:00.000Z'],
  ['{"time":"1732154400123"}', '2024-11-21T02:00:00.123Z'],
];

const WITHOUT = [
  '',
  'no time here',
  '12:00:00.123 [main] ERROR x',
  '2026-13-01 00:00:00 x',
  '2026-02-30 00:00:00 x',
  '2026-02-30T00:00:00Z x',
  '2026-02-28 25:00:00 x',
  '404 Not Found',
  '123456 789',
  '{"time":"later"}',
  '{"time":12}',
  '{"__proto__":{"time":1732154400123}}',
  '{broken',
  `${'x'.repeat(300)} 2026-11-21T02:00:00Z`,
];

describe('the time of a line', () => {
  it.each(LINES)('%s', (line, time) => {
    const found = recogniseTimestamp(line, REFERENCE);
    expect(found && new Date(found.timestamp).toISOString()).toBe(time);
  });

  it.each(WITHOUT)('is none in: %s', (line) => {
    expect(recogniseTimestamp(line, REFERENCE)).toBeNull();
  });

  it('takes times without a zone in the zone that is asked for', () => {
    const found = recogniseTimestamp('2026-11-21 10:00:00 x', REFERENCE, { utcOffset: 480 });
    expect(found).toEqual({ timestamp: Date.parse('2026-11-21T02:00:00Z') });
    const zoned = recogniseTimestamp('2026-11-21T10:00:00Z x', REFERENCE, { utcOffset: 480 });
    expect(zoned).toEqual({ timestamp: Date.parse('2026-11-21T10:00:00Z') });
  });

  it('follows the reference over the turn of a year', () => {
    const january = Date.parse('2027-01-01T00:00:30Z');
    expect(recogniseTimestamp('Dec 31 23:59:59 host x', january)).toEqual({
      timestamp: Date.parse('2026-12-31T23:59:59Z'),
    });
    const december = Date.parse('2026-12-31T23:59:30Z');
    expect(recogniseTimestamp('Jan  1 00:00:10 host x', december)).toEqual({
      timestamp: Date.parse('2027-01-01T00:00:10Z'),
    });
  });
});
