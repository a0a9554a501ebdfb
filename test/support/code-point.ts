import fc from 'fast-check';

/** Halves of surrogate pairs are no code points of a text: `HALVES` of them, from `FIRST_HALF` on. */
const FIRST_HALF = 0xd800;
const HALVES = 0x800;
const LAST = 0x10ffff;

/**
 * Every code point that a text can hold, as fast-check's own unit `binary`; that one takes a second in each process to
 * build a table of them all, where two sums do.
 */
export const codePoint: fc.Arbitrary<string> = fc.integer({ min: 0, max: LAST - HALVES }).map(
  (rank) => String.fromCodePoint(rank < FIRST_HALF ? rank : rank + HALVES),
  (text) => {
    const point = typeof text === 'string' ? text.codePointAt(0) : undefined;
    const isHalf = point !== undefined && point >= FIRST_HALF && point < FIRST_HALF + HALVES;
    if (point === undefined || isHalf || String.fromCodePoint(point) !== text)
      throw new Error('Not one code point.');
    return point < FIRST_HALF ? point : point - HALVES;
  },
);
