import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIsoUtc } from '../../shared/logs/iso-utc.ts';

const PATTERN =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z(?!\w)/;

const instant = fc
  .date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-28T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const written = fc.oneof(
  instant,
  instant.map((text) => text.replace(/\.\d+/, '')),
);
const slip = fc.record({
  at: fc.nat(25),
  char: fc.constantFrom('0', '3', '9', 'T', 'Z', ':', '.', '-', ' ', 'é'),
});
const line = fc
  .tuple(written, fc.constantFrom('', ' message', '[x]', 'x', '_', '0', '\u212a'), fc.option(slip))
  .map(([text, rest, wrong]) => {
    const whole = `${text}${rest}`;
    return wrong === null ? whole : `${whole.slice(0, wrong.at)}${wrong.char}${whole.slice(wrong.at + 1)}`;
  });

describe('a time in UTC at the start of a line', () => {
  it('is what its pattern and the language itself make of it', () => {
    fc.assert(
      fc.property(line, (text) => {
        const [time] = PATTERN.exec(text) ?? [];
        const isLate = time !== undefined && Number(time.slice(0, 4)) >= 100;
        expect(readIsoUtc(text)).toBe(isLate ? Date.parse(time) : null);
      }),
      { numRuns: 500 },
    );
  });
});
