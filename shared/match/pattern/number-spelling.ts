import type { TextTest } from './need.ts';

/** What ends a number in JSON, or in a JSON string: `\t` and its like are white space there. */
const CANDIDATE = /[\d.][eE][+-]?\d+[\s"\\\],}]|\.9{6}/g;

/**
 * Whether a JSON text may hold a number that equals an integer without holding its digits: one with an exponent
 * (`1.2e3`), or one so little below the integer that it is rounded to it (`11.9999999999999999`). Hexadecimal ids
 * such as `4f12e7` look alike but do not begin like a number.
 */
export const oddNumbers: TextTest = {
  source: 'odd numbers',
  test: (text) => {
    CANDIDATE.lastIndex = 0;
    for (let match = CANDIDATE.exec(text); match; match = CANDIDATE.exec(text)) {
      if (match[0].startsWith('.9') || beginsLikeNumber(text, match.index)) return true;
      // What ends one number may be what the next begins behind.
      CANDIDATE.lastIndex--;
    }
    return false;
  },
};

/** `at`: the last digit before the exponent. Stretches of digits are disjoint, so all calls together are linear. */
function beginsLikeNumber(text: string, at: number): boolean {
  let start = at;
  while (start > 0 && /[\d.]/.test(text[start - 1] ?? '')) start--;
  if (/[+-]/.test(text[start - 1] ?? '')) start--;
  const before = text[start - 1] ?? '';
  return /[\s:[,"]/.test(before) || (/[tnrf]/.test(before) && text[start - 2] === '\\');
}
