/** Sets of code points as sorted, disjoint, inclusive ranges. */
export type Charset = readonly (readonly [number, number])[];

export const MAX_CODE_POINT = 0x10ffff;

export const DIGITS: Charset = [[0x30, 0x39]];
/** RE2's `\s`: [\t\n\f\r ], without the vertical tab and Unicode's spaces. */
export const SPACES: Charset = [
  [0x09, 0x0a],
  [0x0c, 0x0d],
  [0x20, 0x20],
];
export const WORD: Charset = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
/** `.` without the s flag. */
export const NOT_NEWLINE: Charset = [
  [0, 0x09],
  [0x0b, MAX_CODE_POINT],
];

/** Sorts and merges ranges that touch. */
export function normalise(ranges: readonly (readonly [number, number])[]): Charset {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [low, high] of sorted) {
    const last = merged.at(-1);
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}

/** Every character that a set lacks. */
export function negate(set: Charset): Charset {
  const result: [number, number][] = [];
  let next = 0;
  for (const [low, high] of set) {
    if (low > next) result.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= MAX_CODE_POINT) result.push([next, MAX_CODE_POINT]);
  return result;
}

/** Whether two sets have no character in common. */
export function disjoint(a: Charset, b: Charset): boolean {
  return a.every(([low, high]) => b.every(([otherLow, otherHigh]) => high < otherLow || low > otherHigh));
}

/** Number of code points. */
export function size(set: Charset): number {
  return set.reduce((sum, [low, high]) => sum + high - low + 1, 0);
}

/** Whether a match by UTF-16 unit is the same as a match by code point. */
export function isPlainUtf16(set: Charset): boolean {
  return set.every(([low, high]) => high < 0xd800 || (low > 0xdfff && high <= 0xffff));
}

/**
 * The set closed under simple case folding, or null where it holds anything but ASCII.
 * K and S fold with the Kelvin sign and the long s, as in RE2 (Unicode's CaseFolding.txt, status C and S).
 */
export function foldAscii(set: Charset): Charset | null {
  const folded: [number, number][] = [];
  for (const [low, high] of set) {
    if (high > 0x7f) return null;
    folded.push([low, high]);
    for (let code = low; code <= high; code++) folded.push(...foldsOf(code));
  }
  return normalise(folded);
}

function foldsOf(code: number): [number, number][] {
  const lower = code | 0x20;
  if (lower < 0x61 || lower > 0x7a) return [];
  const folds: [number, number][] = [[code ^ 0x20, code ^ 0x20]];
  if (lower === 0x6b) folds.push([0x212a, 0x212a]);
  if (lower === 0x73) folds.push([0x17f, 0x17f]);
  return folds;
}
