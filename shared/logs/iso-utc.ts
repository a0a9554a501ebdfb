const [ZERO, NINE] = [0x30, 0x39];
const [DASH, COLON, DOT, T, Z] = [0x2d, 0x3a, 0x2e, 0x54, 0x5a];
/** Where they stand in `2026-11-21T12:00:00.123Z`. */
const FRACTION_AT = 19;
const FRACTION_LENGTH = 4;
/** Of earlier years `Date.UTC` makes others. */
const YEAR_MIN = 100;
/** Days that some months lack are left to others. */
const DAY_MAX = 28;
const WORD = /\w/;

/**
 * The time that most lines begin with, `2026-11-21T12:00:00.123Z` or without milliseconds, in ms; null: the line begins
 * with something else, or something that takes more than a look.
 */
export function readIsoUtc(line: string): number | null {
  if (!hasMarks(line)) return null;
  const hasFraction = line.charCodeAt(FRACTION_AT) === DOT;
  const end = FRACTION_AT + (hasFraction ? FRACTION_LENGTH : 0);
  if (line.charCodeAt(end) !== Z || WORD.test(line.charAt(end + 1))) return null;
  const year = numberAt(line, 0, 4);
  const month = numberAt(line, 5, 2);
  const day = numberAt(line, 8, 2);
  const hour = numberAt(line, 11, 2);
  const minute = numberAt(line, 14, 2);
  const second = numberAt(line, 17, 2);
  const millisecond = hasFraction ? numberAt(line, FRACTION_AT + 1, 3) : 0;
  const isDay = year >= YEAR_MIN && month >= 1 && month <= 12 && day >= 1 && day <= DAY_MAX;
  const isTime = hour <= 23 && minute <= 59 && second <= 59 && millisecond <= 999;
  return isDay && isTime ? Date.UTC(year, month - 1, day, hour, minute, second, millisecond) : null;
}

function hasMarks(line: string): boolean {
  return (
    line.charCodeAt(4) === DASH &&
    line.charCodeAt(7) === DASH &&
    line.charCodeAt(10) === T &&
    line.charCodeAt(13) === COLON &&
    line.charCodeAt(16) === COLON
  );
}

/** The number that so many digits write; NaN where something else stands there. */
function numberAt(line: string, at: number, digits: number): number {
  let number = 0;
  for (let index = at; index < at + digits; index++) {
    const code = line.charCodeAt(index);
    if (!(code >= ZERO && code <= NINE)) return Number.NaN;
    number = number * 10 + code - ZERO;
  }
  return number;
}
