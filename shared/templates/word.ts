import {
  AT,
  BACKSLASH,
  classAt,
  DELIMITER,
  DIGIT,
  FOREIGN,
  HEX_LETTER,
  isLetterAt,
  SLASH,
  SPACE,
} from './characters.ts';

/** Stands in for what varies. */
export const MASK = '<*>';

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
export class MaskedWord {
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

/** Whether a masked word holds something that does not vary: a letter outside its masks. */
export function isConstant(word: string): boolean {
  for (let at = 0; at < word.length; at++) if (isLetterAt(word, at)) return true;
  return false;
}
