import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseComparison, parseQuantity } from '../../shared/config/comparisons.ts';

describe('quantities', () => {
  it.each([
    ['10', 10, 'none', 1],
    ['-2.5', -2.5, 'none', 1],
    ['1e3', 1000, 'none', 1],
    ['1.5s', 1500, 'duration', 1000],
    ['800ms', 800, 'duration', 1],
    ['2m', 120_000, 'duration', 60_000],
    ['20MB', 20_000_000, 'bytes', 1_000_000],
    ['1KB', 1000, 'bytes', 1000],
    ['1KiB', 1024, 'bytes', 1024],
    ['35%', 0.35, 'ratio', 0.01],
    ['5 %', 0.05, 'ratio', 0.01],
    ['3x', 3, 'multiple', 1],
  ] as const)('reads %s', (text, value, unit, scale) => {
    expect(parseQuantity(text)).toEqual({ value, unit, scale });
  });

  it.each(['', 's', '5 apples', '1,5s', '0x10', '--1', '1e999', 'toString'])('refuses %j', (text) => {
    expect(parseQuantity(text)).toBeNull();
  });
});

describe('comparisons', () => {
  it.each([
    ['> 10', '>'],
    ['>=10', '>='],
    ['< 10', '<'],
    ['<= 10', '<='],
    ['== 10', '=='],
    ['!= 10', '!='],
    ['10', '>='],
    [10, '>='],
  ])('reads %j', (input, operator) => {
    expect(parseComparison(input)).toMatchObject({ operator, threshold: 10, unit: 'none' });
  });

  it.each(['=> 10', '= 10', '> ', '>> 1', '10 <', ''])('refuses %j', (text) => {
    expect(parseComparison(text)).toBeNull();
  });

  it('keeps every decimal that people write', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (hundredths) => {
        const comparison = parseComparison(`> ${hundredths / 100}%`);
        expect(comparison?.threshold).toBe(hundredths / 10_000);
      }),
    );
  });
});
