/** Where loggers put time, level, thread and logger before what is said: the same message, whoever writes it. */
import { levelOfWord } from '../logs/levels.ts';
import { isConstant } from './word.ts';

/** A level is looked for among this many words at the start. */
const LEVEL_WITHIN = 10;
const BRACKETED_WITHIN = 8;
/** As RFC 3164 begins: `Dec 10 06:55:46 host tag: `. */
const SYSLOG = /^(?:<\d{1,3}>)?[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:/;
/** A time is looked for among this many characters at the start. */
const TIME_WITHIN = 64;
/** A time of day wherever it stands; at the very start also seconds or more since 1970, or digits alone. */
const TIME = /\d\d:\d\d:\d\d|^\W?(?:\d{10,19}|\d{8}T\d{6}Z?|\d{6} \d{6})(?:[\s.\])]|$)/;
const LETTERS = /[A-Za-z]+/;
const PROCESS = /^[\w./-]+\[[^\]]*\]:$/;
const LOGGER = /^[A-Za-z_$][\w$-]*(?:[./][\w$<*>-]+)+:?$/;
const SYSLOG_TAG = /^[\w./-]+(?:\[[^\]]*\])?:$/;
const TAG = /^[\w$.-]+:$/;

/**
 * How many of a line's masked words are its header: 0 where the line has no time at its start, or nothing else.
 * `text` is the line that the words were read from.
 */
export function headerLength(text: string, words: readonly string[]): number {
  if (!TIME.test(text.slice(0, TIME_WITHIN))) return 0;
  const level = words.slice(0, LEVEL_WITHIN).findIndex(isLevel);
  const end =
    level === -1
      ? afterProcess(words, SYSLOG.test(text) ? SYSLOG_TAG : PROCESS)
      : afterLogger(words, level + 1);
  return end < words.length ? end : 0;
}

/** `ERROR`, `[error]`, `|warn|`; not `error:`, with which messages begin too. */
function isLevel(word: string): boolean {
  const letters = LETTERS.exec(word)?.[0];
  if (letters === undefined || levelOfWord(letters) === null) return false;
  const isCapital = letters === letters.toUpperCase();
  const rest = word.length - letters.length;
  return isCapital ? rest <= 2 : rest === 2 && !word.endsWith(':');
}

/** Behind date, host and `process[id]:`, as syslog has them; without a process behind the date. */
function afterProcess(words: readonly string[], process: RegExp): number {
  let at = 0;
  while (at < words.length && !isConstant(words[at] ?? '')) at++;
  const place = [at, at + 1].find((here) => process.test(words[here] ?? ''));
  return place === undefined ? at : place + 1;
}

/** Behind ids, `[thread]`, `com.example.Logger:` and the dashes between them. */
function afterLogger(words: readonly string[], from: number): number {
  let at = from;
  let isTagged = false;
  while (at < words.length) {
    const word = words[at] ?? '';
    if (word.startsWith('[')) {
      const length = bracketed(words, at);
      if (length === 0) break;
      at += length;
    } else if (!isConstant(word)) at++;
    else if (!isTagged && (LOGGER.test(word) || TAG.test(word))) {
      isTagged = true;
      at++;
    } else break;
  }
  return at;
}

/** How many words a bracket spans that ends with a word; 0 where it does not. */
function bracketed(words: readonly string[], from: number): number {
  const end = words.slice(from, from + BRACKETED_WITHIN).findIndex((word) => /\]:?$/.test(word));
  return end + 1;
}
