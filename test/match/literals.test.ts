import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiteralScanner } from '../../shared/match/literals.ts';

function scan(literals: readonly string[], text: string): string[] {
  const found: string[] = [];
  new LiteralScanner(literals).scan(text, (id) => found.push(literals[id] ?? ''));
  return found.sort();
}

const reference = (literals: readonly string[], text: string): string[] =>
  literals.filter((literal) => text.includes(literal)).sort();

/** Few letters, so that literals overlap, contain each other and nearly match; other scripts share low bytes. */
const unit = fc.constantFrom('a', 'b', 'ab', 'abc', '0', ' ', '告', '呁', '\ud83d', '\ude00', '\u0000', 'ÿ');
const word = (minLength: number, maxLength: number) =>
  fc.array(unit, { minLength, maxLength }).map((parts) => parts.join(''));

describe('the search for literals', () => {
  it('finds each literal that occurs, once', () => {
    const literals = fc.uniqueArray(word(1, 9), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(literals, fc.array(word(0, 6), { maxLength: 12 }), fc.nat(), (list, parts, seed) => {
        const text = [...parts, list[seed % list.length] ?? '', ...parts].join('');
        expect(scan(list, text)).toEqual(reference(list, text));
        expect(scan(list, parts.join(''))).toEqual(reference(list, parts.join('')));
      }),
      { numRuns: 700 },
    );
  });

  it('is not misled by the text before', () => {
    const literals = ['abcdefgh', 'bcdefghi', 'xxxxxyyyy', 'zzzzz'];
    const scanner = new LiteralScanner(literals);
    const found: number[] = [];
    for (const text of ['...abcdefgh', '...abcdefg', 'abc', '']) scanner.scan(text, (id) => found.push(id));
    expect(found).toEqual([0]);
  });

  it('works with more literals than a table of 16 bits has room for, and on long texts', () => {
    const literals = Array.from({ length: 20_000 }, (_, index) => `literal-${index}-end`);
    const text = `${'literal-'.repeat(200_000)}literal-19999-end and literal-7-end`;
    expect(scan(literals, text)).toEqual(['literal-19999-end', 'literal-7-end']);
  });
});
