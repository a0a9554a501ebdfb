import { type FilterPattern, PatternError } from './ast.ts';
import { Cursor } from './cursor.ts';
import { parseDelimited } from './parse-delimited.ts';
import { parseJson } from './parse-json.ts';
import { parseTerms } from './parse-terms.ts';

/**
 * Reads a CloudWatch Logs filter pattern. The first character decides the notation: `{` JSON, `[` space-delimited,
 * anything else terms. Throws a `PatternError` with the position of the character that is wrong.
 */
export function parsePattern(text: string): FilterPattern {
  const cursor = new Cursor(text);
  if (/^\s+[{[]/.test(text)) {
    throw new PatternError('the pattern starts with white space: { or [ must be its first character', 0);
  }
  if (cursor.peek() === '{') return { kind: 'json', condition: parseJson(cursor) };
  if (cursor.peek() === '[') return { kind: 'delimited', entries: parseDelimited(cursor) };
  return parseTerms(cursor);
}
