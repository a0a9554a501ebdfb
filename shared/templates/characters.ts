/** Classes of characters, one bit each, so that a run of them is described by their union. */

export const SPACE = 1;
export const DELIMITER = 2;
export const DIGIT = 4;
export const HEX_LETTER = 8;
export const LETTER = 16;
export const FOREIGN = 32;
export const SLASH = 64;
export const BACKSLASH = 128;
export const AT = 256;
export const SIGN = 512;

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
export function classAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 128) return CLASSES[code] ?? SIGN;
  if (isForeignSpace(code)) return SPACE;
  const isPunctuation =
    (code >= 0x3001 && code <= 0x3011) || (code >= 0xff08 && code <= 0xff0c) || code === 0xff1a;
  return isPunctuation ? DELIMITER : FOREIGN;
}

/** The white space of Unicode beyond ASCII, as ECMAScript lists it (`WhiteSpace`, `LineTerminator`). */
function isForeignSpace(code: number): boolean {
  if (code < 0x1680) return code === 0xa0;
  if (code < 0x3000) return code === 0x1680 || (code >= 0x2000 && code <= 0x200a) || SPACES.has(code);
  return code === 0x3000 || code === 0xfeff;
}
const SPACES = new Set([0x2028, 0x2029, 0x202f, 0x205f]);

/** A letter of any script. */
export function isLetterAt(text: string, at: number): boolean {
  return (classAt(text, at) & (LETTER | HEX_LETTER | FOREIGN)) !== 0;
}
