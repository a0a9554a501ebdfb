import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lengthOf, momentOf } from '../../cli/terminal/moments.ts';

const ZONES = [
  'UTC',
  'Asia/Shanghai',
  'Asia/Kolkata',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
];

/** The wall clock of a zone, `2026-12-24T03:00`. */
function wall(at: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return format.format(at).replace(' ', 'T');
}

describe('a moment on the command line', () => {
  it('is the one at which clocks of the zone show it', () => {
    const minutes = fc.integer({ min: 0, max: 80 * 366 * 1440 }).map((count) => count * 60_000);
    fc.assert(
      fc.property(minutes, fc.constantFrom(...ZONES), (at, zone) => {
        const shown = wall(at, zone);
        // Where clocks are set back, one of the two moments that they show it at.
        expect(wall(momentOf('--at', shown, zone), zone)).toBe(shown);
      }),
    );
    expect(momentOf('--at', '2026-12-24T03:00', 'Asia/Shanghai')).toBe(Date.UTC(2026, 11, 23, 19));
    expect(momentOf('--at', '2026-12-24', 'UTC')).toBe(Date.UTC(2026, 11, 24));
  });

  it('may name its own zone', () => {
    for (const text of [
      '2026-12-24T03:00+08:00',
      '2026-12-24 03:00+0800',
      '2026-12-23T19:00Z',
      '2026-12-23T19:00:00.000Z',
    ])
      expect(momentOf('--at', text, 'Europe/Berlin')).toBe(Date.UTC(2026, 11, 23, 19));
  });

  it('is refused where it is none', () => {
    for (const text of [
      '',
      'noon',
      '2026-02-30',
      '2026-13-01',
      '24.12.2026',
      '2026-12-24T25:00',
      '2026-12-24T03:61',
      '2026-12-24T03:00+25:99',
    ])
      expect(() => momentOf('--at', text, 'UTC'), text).toThrow(/is no time/);
    for (const text of ['', '0', 'soon', '2 h', '-1h'])
      expect(() => lengthOf('--for', text), text).toThrow(/is no duration/);
    expect(lengthOf('--for', '1h30m')).toBe(5_400_000);
  });
});
