/**
 * The words of a message with their variable parts masked, so that messages of one kind look alike. One pass over the
 * characters with a table of classes: linear time whatever the text, nothing to backtrack.
 *
 * A word is what stands between white space, or ends with a full-width punctuation mark. Within it brackets, quotes,
 * `:`, `=` and the like part segments, as does a change between ASCII and other scripts (in `订单12345支付失败` only the
 * number varies). Variable is a segment that
 * - holds a digit (as in Drain's tree: counts, addresses, hex ids, uuids, block ids, times, versions),
 * - begins like a path (with its query and port, up to a comma, quote or bracket) or holds a backslash,
 * - has an `@` within (a mail address, an object's identity), or dots within and `:` and a digit behind (host and port),
 * - consists of eight and more hex digits, or is a literal such as `true`,
 * - stands in quotes by itself, and is no key of an object,
 * - or stands behind `key=`, unless the key says that it is text.
 * Masks with only separators between them become one: an address with its port, a date, a list of any length.
 */

import { classAt, SPACE } from './characters.ts';
import { isConstant, MASK, MaskedWord } from './word.ts';

/** What follows in a message does not change its kind. */
const CHARACTERS_MAX = 2_048;
const WORDS_MAX = 64;

/** The masked words of a text, at most 64 of its first 2,048 characters. */
export function maskedWords(text: string): string[] {
  const words: string[] = [];
  const end = Math.min(text.length, CHARACTERS_MAX);
  let at = 0;
  while (words.length < WORDS_MAX) {
    while (at < end && classAt(text, at) === SPACE) at++;
    if (at >= end) break;
    const word = new MaskedWord(words.at(-1) === '=');
    at = word.read(text, at, end);
    append(words, word.masked());
  }
  return withDatesMasked(words);
}

/** Adds a word; lists of masks of any length are one mask. */
function append(words: string[], word: string): void {
  const last = words.at(-1);
  const isListed = last?.endsWith(LISTED) === true && word.startsWith(MASK);
  const isRepeated = last === MASK && word.startsWith(MASK) && !isConstant(word);
  if (isListed) words[words.length - 1] = last.slice(0, -LISTED.length) + word;
  else if (isRepeated) words[words.length - 1] = word;
  else words.push(word);
}

const LISTED = `${MASK},`;
const CALENDAR = /^[[(]?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec),?$/;

function isDate(word: string): boolean {
  return word.length >= 3 && word.length <= 5 && CALENDAR.test(word);
}

/** Names of days and months vary where a number follows. */
function withDatesMasked(words: string[]): string[] {
  if (!words.some(isDate)) return words;
  const masked: string[] = [];
  for (const word of words.toReversed()) {
    const next = masked.at(-1);
    if (isDate(word) && next?.startsWith(MASK)) {
      masked[masked.length - 1] = (/^[[(]/.exec(word)?.[0] ?? '') + next;
    } else masked.push(word);
  }
  return masked.reverse();
}
