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

export const MASK = '<*>';

/** What follows in a message does not change its kind. */
const CHARACTERS_MAX = 2_048;
const WORDS_MAX = 64;

const SPACE = 1;
const DELIMITER = 2;
const DIGIT = 4;
const HEX_LETTER = 8;
const LETTER = 16;
const FOREIGN = 32;
const SLASH = 64;
const BACKSLASH = 128;
const AT = 256;
const SIGN = 512;

const CLASSES = new Uint16Array(128).map((_, code) => classOf(String.fromCharCode(code)));

function classOf(character: string): number {
  if (character <= ' ' || character === '\u007f') return SPACE;
  if (character >= '0' && character <= '9') return DIGIT;
  if (/[a-f]/i.test(character)) return HEX_LETTER;
  if (/[a-z]/i.test(character)) return LETTER;
  if (':=,;()[]{}<>"\'|`'.includes(character)) return DELIMITER;
  if (character === '/') return SLASH;
  if (character === '\\') return BACKSLASH;
  return character === '@' ? AT : SIGN;
}

/** Of other scripts only punctuation and spaces are told apart: `，：（）【】「」、。`. */
function classAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 128) return CLASSES[code] ?? SIGN;
  if (code === 0xa0 || code === 0x3000 || code === 0x2028 || code === 0x2029) return SPACE;
  const isPunctuation =
    (code >= 0x3001 && code <= 0x3011) || (code >= 0xff08 && code <= 0xff0c) || code === 0xff1a;
  return isPunctuation ? DELIMITER : FOREIGN;
}

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

/** Names of days and months vary where a number follows. */
function withDatesMasked(words: string[]): string[] {
  const isDate = (word: string | undefined) => word !== undefined && word.length <= 5 && CALENDAR.test(word);
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

const HEX_ID_LENGTH = 8;
/** Keys whose values are words of the message, as in logfmt. */
const TEXT_KEYS = new Set([
  ...['msg', 'message', 'event', 'error', 'err', 'reason', 'cause'],
  ...['level', 'lvl', 'severity', 'type', 'kind', 'status', 'state', 'action', 'method'],
]);

/** Data, though they are words. */
const LITERALS = new Set([
  'true',
  'false',
  'True',
  'False',
  'TRUE',
  'FALSE',
  'null',
  'None',
  'nil',
  'undefined',
]);

/** One word while it is read. */
class MaskedWord {
  private text = '';
  /** The last segment that was kept as it is. */
  private kept = '';
  /** What was read last is a segment, no delimiter. */
  private isSegment = false;
  /** What stands behind `key=`: a value that varies, or text. */
  private behindKey: 'value' | 'text' | null;

  /** `isValue`: the word before was `=`. */
  constructor(isValue: boolean) {
    this.behindKey = isValue ? 'value' : null;
  }

  /** Reads up to the next white space, and says where it is. */
  read(text: string, from: number, end: number): number {
    let at = from;
    while (at < end) {
      const found = classAt(text, at);
      if (found === SPACE) break;
      if (found === DELIMITER) {
        const quoted = this.behindKey === 'value' ? quotedLength(text, at, end) : 0;
        if (quoted > 0) this.mask();
        else this.delimit(text.charAt(at));
        at += Math.max(quoted, 1);
        if (text.charCodeAt(at - 1) > 127) break;
      } else at = this.segment(text, at, end, found === FOREIGN);
    }
    return at;
  }

  masked(): string {
    if (this.behindKey === 'value') this.mask();
    return this.text;
  }

  private delimit(character: string): void {
    const isQuote = character === '"' || character === "'";
    if (this.behindKey === 'value' && !isQuote) this.mask();
    if (character === '=' && this.isSegment) {
      this.behindKey = TEXT_KEYS.has(this.kept.toLowerCase()) ? 'text' : 'value';
    } else if (!isQuote || this.behindKey === 'value') this.behindKey = null;
    this.isSegment = false;
    this.kept = '';
    this.text += character;
  }

  private segment(text: string, from: number, end: number, isForeign: boolean): number {
    let at = from;
    let seen = 0;
    while (at < end) {
      const found = classAt(text, at);
      if ((found & (SPACE | DELIMITER)) !== 0 || (found === FOREIGN) !== isForeign) break;
      seen |= found;
      at++;
    }
    const segment = text.slice(from, at);
    const runsOn = this.behindKey === 'value' || isPath(segment, seen);
    if (runsOn || isVariable(segment, seen) || this.isQuoted(text, at) || isHost(segment, text, at))
      this.mask();
    else this.keep(segment);
    this.isSegment = true;
    this.behindKey = null;
    return runsOn ? endOfPath(text, at, end) : at;
  }

  /** Whether what ends here stands in quotes by itself, and is neither text nor the key of an object. */
  private isQuoted(text: string, at: number): boolean {
    const quote = text.charAt(at);
    if (quote !== '"' && quote !== "'") return false;
    return this.text.endsWith(quote) && this.behindKey !== 'text' && text.charAt(at + 1) !== ':';
  }

  private keep(segment: string): void {
    this.text += segment;
    this.kept = segment;
  }

  private mask(): void {
    this.behindKey = null;
    this.kept = '';
    if (this.text.endsWith(MASK)) return;
    const last = this.text.at(-1);
    const isList = last === ':' || last === ',' || last === '|';
    if (isList && this.text.endsWith(MASK, this.text.length - 1)) this.text = this.text.slice(0, -1);
    else this.text += MASK;
  }
}

/** `seen`: the classes of its characters. */
function isVariable(segment: string, seen: number): boolean {
  if ((seen & DIGIT) !== 0) return true;
  if (seen === HEX_LETTER && segment.length >= HEX_ID_LENGTH) return true;
  if ((seen & BACKSLASH) !== 0) return segment.length > 1;
  if ((seen & AT) !== 0 && segment.lastIndexOf('@') > 0 && !segment.endsWith('@')) return true;
  return LITERALS.has(segment);
}

/** A name with dots before `:` and a digit: a host and its port, a file and its line. */
function isHost(segment: string, text: string, at: number): boolean {
  if (text.charAt(at) !== ':' || !segment.includes('.')) return false;
  return classAt(text, at + 1) === DIGIT;
}

const QUOTED_MAX = 128;

/** How long (characters) a text in quotes is that begins here, quotes included; 0: there is none. */
function quotedLength(text: string, at: number, end: number): number {
  const quote = text.charAt(at);
  if (quote !== '"' && quote !== "'") return 0;
  const closing = text.slice(at + 1, Math.min(end, at + QUOTED_MAX)).indexOf(quote);
  return closing + 1 === 0 ? 0 : closing + 2;
}

const PATH = /^[.~]{0,2}\//;

function isPath(segment: string, seen: number): boolean {
  return (seen & SLASH) !== 0 && PATH.test(segment);
}

/** Ports and queries belong to a path, and to a value. */
function endOfPath(text: string, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const found = classAt(text, at);
    if (found === SPACE || (found === DELIMITER && !':='.includes(text.charAt(at)))) break;
    at++;
  }
  return text.charAt(at - 1) === ':' ? at - 1 : at;
}

/** Whether a masked word holds something that does not vary: a letter of any script outside its masks. */
export function isConstant(word: string): boolean {
  for (let at = 0; at < word.length; at++) {
    const code = word.charCodeAt(at);
    if (code >= 128 || ((CLASSES[code] ?? 0) & (LETTER | HEX_LETTER)) !== 0) return true;
  }
  return false;
}
