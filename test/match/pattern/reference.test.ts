import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../shared/match/pattern/compile.ts';
import { parsePattern } from '../../../shared/match/pattern/parse.ts';
import { printPattern } from '../../../shared/match/pattern/print.ts';
import { Message } from '../../../shared/match/pattern/subject.ts';
import { batchOf, hitsOf, ruleOf } from '../rules.ts';
import { condition, json, line, terms } from './reference.ts';

/** The pattern read, and read again as printed. */
function bothReadings(text: string) {
  const pattern = parsePattern(text);
  const printed = printPattern(pattern);
  expect(printPattern(parsePattern(printed))).toBe(printed);
  return [compilePattern(pattern), compilePattern(parsePattern(printed))];
}

/** The same numbers, written in another way. */
function respelt(text: string, way: number): string {
  const spellings = [
    ['12', '1'],
    ['1.2e1', '1.0'],
    ['120E-1', '1e+0'],
    ['11.99999999999999999999', '0.99999999999999999999'],
  ][way];
  return text.replace(
    /(?<=[:[,]|^)(12|1)(?=[\],}]|$)/g,
    (number) => spellings?.[number === '12' ? 0 : 1] ?? number,
  );
}

/** JSON text with some characters escaped though they need not be. */
function escaped(text: string, every: number): string {
  if (every === 0) return text;
  return text.replace(/[a-zé]/g, (char, at: number) =>
    at % every === 0 && isInsideString(text, at)
      ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
      : char,
  );
}

function isInsideString(text: string, at: number): boolean {
  const before = text.slice(0, at).replace(/\\./g, '');
  return (before.match(/"/g) ?? []).length % 2 === 1;
}

describe('JSON patterns against the reference', () => {
  it('mean the same, and through the program too', () => {
    fc.assert(
      fc.property(
        condition,
        fc.array(json, { minLength: 1, maxLength: 6 }),
        fc.nat(3),
        ({ text, holds }, values, every) => {
          const pattern = `{ ${text} }`;
          const messages = values.map((value) => respelt(escaped(JSON.stringify(value), every), every));
          const expected = values.map((value) => typeof value === 'object' && value !== null && holds(value));
          for (const compiled of bothReadings(pattern)) {
            expect(messages.map((message) => compiled.test(new Message(message)))).toEqual(expected);
          }
          const hits = hitsOf([ruleOf({ match: { kind: 'pattern', pattern } })], batchOf(messages));
          expect(messages.map((_, index) => hits.some(({ event }) => event.id === String(index)))).toEqual(
            expected,
          );
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('terms against the reference', () => {
  it('mean the same, and through the program too', () => {
    fc.assert(
      fc.property(terms, fc.array(line, { minLength: 1, maxLength: 6 }), ({ text, holds }, lines) => {
        const expected = lines.map(holds);
        for (const compiled of bothReadings(text)) {
          expect(lines.map((one) => compiled.test(new Message(one)))).toEqual(expected);
        }
        const hits = hitsOf([ruleOf({ match: { kind: 'pattern', pattern: text } })], batchOf(lines));
        expect(lines.map((_, index) => hits.some(({ event }) => event.id === String(index)))).toEqual(
          expected,
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe('space-delimited patterns', () => {
  const operand = fc.constantFrom('x', '*x', 'x*', '"a b"', '4', '%x+%', '"q\\"q"', '12.5');
  const operator = fc.constantFrom('=', '!=');
  const entry = fc.oneof(
    fc.constantFrom('', 'f', 'g'),
    fc
      .tuple(fc.constantFrom('f', 'g'), operator, operand)
      .map(([name, op, value]) => `${name} ${op} ${value}`),
    fc.tuple(operand, operand).map(([a, b]) => `h=${a} && h!=${b} || h=x`),
    fc.constantFrom('h > 3', 'h <= 12.5'),
  );
  const pattern = fc
    .tuple(fc.array(entry, { maxLength: 3 }), fc.boolean(), fc.array(entry, { maxLength: 2 }))
    .map(([before, ellipsis, after]) => `[${[...before, ...(ellipsis ? ['...'] : []), ...after].join(', ')}]`)
    .filter((text) => (text.match(/%/g) ?? []).length <= 4);
  const message = fc.array(fc.constantFrom('x', 'xx', '"a b"', '[a b]', '4', '12.5', '"', '[', ' ', 'x"'), {
    maxLength: 6,
  });

  it('mean the same when printed, keep every field apart, and pass the search for literals', () => {
    fc.assert(
      fc.property(pattern, fc.array(message, { maxLength: 4 }), (text, parts) => {
        const [first, again] = bothReadings(text);
        for (const one of parts.map((words) => words.join(' '))) {
          const fields = first?.extract(new Message(one));
          expect(again?.extract(new Message(one))).toEqual(fields);
          expect(first?.test(new Message(one))).toBe(fields !== null);
          const hits = hitsOf([ruleOf({ match: { kind: 'pattern', pattern: text } })], batchOf([one]));
          expect(hits.length > 0).toBe(fields !== null);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('any text', () => {
  it('is a pattern, or is refused at a place within it', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '(',
      ')',
      '$.a',
      '=',
      '!=',
      '"',
      '%',
      '&&',
      '||',
      'IS',
      'NOT EXISTS',
      '1',
      '-',
      '?',
      ' ',
      '...',
      ',',
      '*',
      '\\',
      'a',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        try {
          parsePattern(text);
        } catch (error) {
          expect(error).toMatchObject({ name: 'PatternError', message: expect.any(String) });
          const { position } = error as { position: number };
          expect(position).toBeGreaterThanOrEqual(0);
          expect(position).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
