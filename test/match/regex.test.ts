import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { provenNative } from '../../shared/match/regex/native.ts';
import { readSyntax } from '../../shared/match/regex/syntax.ts';
import { checkRegex, compileRegex, RegexError } from '../../shared/match/regex.ts';

const isNative = (source: string): boolean => {
  const syntax = readSyntax(source);
  return syntax !== null && provenNative(syntax) !== null;
};

describe('regular expressions', () => {
  it('gives named groups in both spellings, in an object without prototype', () => {
    expect(compileRegex('(?P<a>\\d+)-(?<b>x)?').exec('12-')?.groups).toEqual(
      Object.assign(Object.create(null), { a: '12' }),
    );
    expect(compileRegex('(?<a>\\d+)').exec('x')).toBeNull();
    expect(Object.getPrototypeOf(compileRegex('(?<a>x)').exec('x')?.groups)).toBeNull();
  });

  it('has the meaning of RE2', () => {
    expect(compileRegex('a\\sb').test('a\u00a0b')).toBe(false);
    expect(compileRegex('^a.b$').test('a\rb')).toBe(true);
    expect(compileRegex('^.$').test('😀')).toBe(true);
    expect(compileRegex('(?i)kelvin').test('\u212aELVIN')).toBe(true);
    expect(compileRegex('\\pL+').test('é')).toBe(true);
    expect(compileRegex('\\Qa.b\\E').test('a.b')).toBe(true);
  });

  it('says what is wrong, and where it can', () => {
    const failure = (source: string) => {
      try {
        compileRegex(source);
      } catch (error) {
        return error;
      }
      return null;
    };
    expect(failure('ab(c')).toBeInstanceOf(RegexError);
    expect(failure('ab[z-a]')).toMatchObject({ message: 'invalid character class range: z-a', position: 3 });
    expect(failure('x\\1')).toMatchObject({ position: 1 });
    expect(failure('(?:x{0,90}y){11}')).toMatchObject({ message: expect.stringMatching(/too large/) });
    expect(failure('(x{1000}){9}')).toMatchObject({ name: 'RegexError' });
    expect(failure('a'.repeat(5000))).toMatchObject({ message: expect.stringMatching(/longer than/) });
    expect(checkRegex('(?<=a)b')).toMatch(/no lookaround/);
  });

  it('knows literals that every match holds', () => {
    expect(compileRegex('from (?<ip>\\S+) port \\d+').requiredLiterals).toEqual([' port ']);
    expect(compileRegex('(?:timeout|refused)').requiredLiterals).toEqual(['timeout', 'refused']);
    expect(compileRegex('time[sd]? ?out').requiredLiterals).toEqual([
      'timed out',
      'timedout',
      'times out',
      'timesout',
      'time out',
      'timeout',
    ]);
    expect(compileRegex('a*').requiredLiterals).toBeNull();
    expect(compileRegex('(abc)?').requiredLiterals).toBeNull();
    expect(compileRegex('x*longword\\d').requiredLiterals).toEqual(['longword']);
  });
});

describe('the proof for the built-in engine', () => {
  it.each([
    'code=\\w+',
    'from (?<ip>\\S+) port (?<port>\\d+)',
    '^\\d+ \\w+ x',
    '\\b(?:\\d{1,3}\\.){3}\\d{1,3}\\b',
    '(?i)error: [a-z]{2,5}',
    '\\[(?<x>[^[\\]]*)\\]$',
  ])('holds for %s', (source) => expect(isNative(source)).toBe(true));

  it.each([
    '\\[(?<x>[^\\]]*)\\]$',
    '(a+)+$',
    'a.*b',
    '\\d+ms',
    'x*x*y',
    '(a|a)*b',
    '\\s+$',
    '(?:a?){30}a{30}',
    '(?<x>a)+',
    '(a*)*',
    'a+?b',
  ])('does not hold for %s', (source) => expect(isNative(source)).toBe(false));
});

/** Random patterns over few letters, with all that the reader knows. */
const atom = fc.constantFrom(
  'a',
  'b',
  '[ab]',
  '[^a]',
  '.',
  '\\d',
  '\\s',
  '\\w',
  '\\S',
  '\\b',
  '^',
  '$',
  '1',
  ' ',
  '-',
  'k',
  's',
  '😀',
  '[😀a]',
  '\\x61',
);
const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '{2,}', '*?', '+?', '??');
const { pattern } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
  piece: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.tuple(atom, quantifier).map(([a, q]) => (/^(\\b|\^|\$)$/.test(a) ? a : a + q)),
    fc.tuple(tie('pattern'), quantifier).map(([inner, q]) => `(?:${inner})${q}`),
    fc.tuple(tie('pattern'), quantifier).map(([inner, q]) => `(${inner})${q}`),
  ),
  pattern: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.array(tie('piece'), { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${a}|${b}`),
  ),
}));
const source = fc
  .tuple(fc.constantFrom('', '', '(?i)'), pattern, pattern, fc.boolean())
  .map(([flags, a, b, named]) => (named ? `${flags}${a}(?<n>${b})` : flags + a));
const text = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      'A',
      'K',
      '\u212a',
      '\u017f',
      '1',
      ' ',
      '-',
      '\n',
      '\r',
      '\u00a0',
      '\u2028',
      '😀',
      '\ud83d',
      '\ude00',
      '\u0000',
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('against re2js', () => {
  it('answers alike, and finds a required literal in each match', () => {
    fc.assert(
      fc.property(source, fc.array(text, { minLength: 1, maxLength: 5 }), (regexSource, texts) => {
        if (checkRegex(regexSource) !== null) return;
        const regex = compileRegex(regexSource);
        const engine = RE2JS.compile(regexSource);
        for (const one of texts) {
          const matcher = engine.matcher(one);
          const expected = matcher.find();
          expect(regex.test(one)).toBe(expected);
          const group = expected && regexSource.includes('(?<n>') ? matcher.group('n') : null;
          expect(regex.exec(one)?.groups.n ?? null).toBe(group);
          if (expected && regex.requiredLiterals) {
            expect(regex.requiredLiterals.some((literal) => one.includes(literal))).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
