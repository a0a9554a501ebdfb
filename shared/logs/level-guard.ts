import type { Level } from '../config/model.ts';
import {
  isFramedAsObject,
  KLOG,
  levelOfNumber,
  levelOfWord,
  NEAR_START_LOGFMT,
  WORDS,
  withoutColour,
} from './levels.ts';

/** A cheap test that every text passes to which `detectLevel` gives one of some levels, and few others. */
export interface LevelGuard {
  /** The same for the same levels. */
  readonly source: string;
  test(text: string): boolean;
}

/** Up to the value; `log.level` and `loglevel` end with `level`. */
const KEY = /(?:level|lvl|levelname|severity|severity_text|severityText)"\s*:\s*"?\s*/g;
const VALUE = /[A-Za-z]+|[\d.eE+-]+/y;
/** Lambda's platform events say how they ended instead of a level. */
const PLATFORM = 'platform.';
const TIMED_OUT = ' Task timed out after ';

/** Compiles the test for a set of levels. */
export function compileLevelGuard(levels: readonly Level[]): LevelGuard {
  const wanted = new Set(levels);
  const plain = compilePlain(levels);
  const mayBeObject = (text: string): boolean =>
    hasValue(text, wanted) || text.includes('\\u') || text.includes(PLATFORM);
  return {
    source: `levels ${levels.join()}`,
    test: (text) => {
      if (isFramedAsObject(text)) return mayBeObject(text);
      const start = text.length > NEAR_START_LOGFMT ? text.slice(0, NEAR_START_LOGFMT) : text;
      const head = withoutColour(start);
      if (plain.test(head) || (wanted.has('ERROR') && head.includes(TIMED_OUT))) return true;
      // It may be an object with white space around it.
      return /^\s/.test(head) && mayBeObject(text);
    },
  };
}

function hasValue(text: string, wanted: ReadonlySet<Level>): boolean {
  KEY.lastIndex = 0;
  while (KEY.test(text)) {
    VALUE.lastIndex = KEY.lastIndex;
    const value = VALUE.exec(text)?.[0];
    // What is escaped may be white space before a word.
    if (value === undefined && text[KEY.lastIndex] === '\\') return true;
    const level = value === undefined ? null : (levelOfWord(value) ?? levelOfNumber(Number(value)));
    if (level && wanted.has(level)) return true;
  }
  return false;
}

function compilePlain(levels: readonly Level[]): RegExp {
  const words = levels.flatMap((level) => WORDS[level]);
  const cased = words.flatMap((word) => [
    word,
    word.toUpperCase(),
    word.charAt(0).toUpperCase() + word.slice(1),
  ]);
  const letters = Object.entries(KLOG).flatMap(([letter, level]) => (levels.includes(level) ? [letter] : []));
  const starts = ['<\\d', ...(letters.length > 0 ? [`[${letters.join('')}]\\d{4} `] : [])];
  if (levels.includes('INFO')) starts.push('START', 'END', 'INIT_', 'EXTENSION', 'TELEMETRY', 'LOGS');
  if (levels.includes('INFO') || levels.includes('ERROR')) starts.push('REPORT');
  return new RegExp(`(?:${cased.sort().join('|')})(?![A-Za-z])|^(?:${starts.join('|')})`);
}
