import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration, writtenDuration } from '../../shared/config/durations.ts';

describe('durations', () => {
  it.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['7d', 604_800_000],
    ['1w', 604_800_000],
    ['250ms', 250],
    ['1m250ms', 60_250],
    ['3m30s', 210_000],
    ['0s', 0],
    ['0', 0],
  ])('reads %s', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each(['', '5', 'm', '5 m', '5m1h', '5m5m', '-5m', '1.5h', '5M', '5min', '99999999999999d', '5m '])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300_000_000_000 }), (durationMs) => {
        expect(parseDuration(writtenDuration(durationMs))).toBe(durationMs);
      }),
    );
  });

  it('writes the shortest form', () => {
    expect([0, 90_000, 86_400_000, 3_600_001].map(writtenDuration)).toEqual(['0s', '1m30s', '1d', '1h1ms']);
  });
});
