import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutLine } from '../../shared/text/example-line.ts';
import { byteLength } from '../../shared/text/plain.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('a line that is too long', () => {
  it.each([
    ['behind the cut', `${'x '.repeat(200)}traceId=${TRACE} end`],
    ['in JSON behind the cut', `{"a":"${'x '.repeat(200)}","trace_id":"${TRACE}"}`],
    ['at the cut', `${'x '.repeat(85)}{"requestId":"${TRACE}"} ${'y '.repeat(99)}`],
  ])('keeps a trace id whole that stands %s', (_where, line) => {
    expect(cutLine(line, 200)).toContain(TRACE);
  });

  it('leaves no half of an id', () => {
    expect(cutLine(`${'x '.repeat(90)}${TRACE} more`, 200)).not.toContain(TRACE.slice(0, 8));
  });

  it('never exceeds its bytes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 600 }),
        fc.integer({ min: 80, max: 400 }),
        (text, bytes) => {
          expect(byteLength(cutLine(`${text} traceId=${TRACE}`, bytes))).toBeLessThanOrEqual(bytes);
        },
      ),
    );
  });
});
