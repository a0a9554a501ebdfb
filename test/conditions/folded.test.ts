import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folded } from '../../shared/conditions/measures/folded.ts';
import { numbersMeasure } from '../../shared/conditions/measures/numbers.ts';
import { SHARE } from '../../shared/conditions/measures/share.ts';

const STATISTIC = numbersMeasure('p95', Number);
const entries = fc.uniqueArray(fc.constantFrom('a+', 'b-', 'c+', 'd*12:3'));
const lists = fc.array(fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 10 });

describe('what a slice holds', () => {
  it('is what its sets say together, whatever was folded of some of them before', () => {
    fc.assert(
      fc.property(fc.tuple(entries, entries, entries, entries), lists, (contents, asked) => {
        const sets = contents.map((content) => new Set(content));
        for (const places of asked) {
          const chosen = places.flatMap((place) => sets[place] ?? []);
          expect(folded(SHARE, chosen)).toEqual(SHARE.fold(chosen));
        }
      }),
    );
  });

  it('is another thing for another measure', () => {
    const sets = [new Set(['a=5', 'b=7'])];
    expect(folded(SHARE, sets)).toEqual(SHARE.fold(sets));
    expect(folded(STATISTIC, sets)).toEqual(STATISTIC.fold(sets));
  });
});
