import { expect, it } from 'vitest';
import { slicingOf } from '../../shared/count/slices.ts';

it.each([1000, 1500, 1999, 2500, 7500, 10_000, 59_999, 60_000, 90_000, 300_000, 3_600_000, 86_400_000])(
  'cuts %d ms so that the slices of any window hold it, and a slice more at most',
  (withinMs) => {
    const { sliceMs, windowSlices } = slicingOf(withinMs);
    expect(sliceMs).toBeGreaterThanOrEqual(Math.max(1000, withinMs / 60));
    expect((windowSlices - 1) * sliceMs).toBeGreaterThanOrEqual(withinMs);
    // Slices are whole milliseconds.
    expect((windowSlices - 1) * sliceMs - withinMs).toBeLessThan(60);
  },
);
