import { expect, it } from 'vitest';
import { numbersMeasure, statisticOf } from '../../shared/conditions/measures/numbers.ts';

const measure = numbersMeasure('p95', (value) => Number(value));

function p95(numbers: readonly number[]): number | undefined {
  const observations = numbers.map((value, index) => ({
    ...{ id: `${index}`, at: 0, logStream: 's', matched: true, of: true, until: false },
    value,
  }));
  return statisticOf(measure.fold([new Set(measure.entries(observations))]), 'p95');
}

it.each([100, 800, -3, 0, 0.1, 1e-9, 1e12])('is the number itself where all are %d', (number) => {
  expect(p95([number])).toBe(number);
  expect(p95(Array.from({ length: 40 }, () => number))).toBe(number);
});

it('is never more than 1 % off', () => {
  for (const scale of [0.001, 1, 7, 12_345]) {
    const numbers = Array.from({ length: 100 }, (_, index) => (index + 1) * scale);
    expect(Math.abs((p95(numbers) ?? 0) / (95 * scale) - 1)).toBeLessThanOrEqual(0.01);
  }
});
