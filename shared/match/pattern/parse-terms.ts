import type { FilterPattern, Term } from './ast.ts';
import type { Cursor } from './cursor.ts';

const WORD = /[\p{L}\p{N}\p{M}_]+/uy;

/** Unstructured patterns: terms, phrases with `-` and `?`, or one `%regex%`. */
export function parseTerms(cursor: Cursor): FilterPattern {
  cursor.skipSpace();
  if (cursor.isAtEnd) return { kind: 'every' };
  if (cursor.peek() === '%') return parseRegex(cursor);
  const terms: Term[] = [];
  while (!cursor.isAtEnd) {
    terms.push(parseTerm(cursor));
    if (!cursor.isAtEnd && !/\s/.test(cursor.peek())) failAfterTerm(cursor);
    cursor.skipSpace();
  }
  const [only] = terms;
  if (terms.length === 1 && only?.sign === 'must' && only.text.trim() === '') return { kind: 'every' };
  return { kind: 'terms', terms };
}

function parseRegex(cursor: Cursor): FilterPattern {
  const source = cursor.regex();
  cursor.skipSpace();
  if (!cursor.isAtEnd) cursor.fail('a regular expression stands alone: it cannot be mixed with terms');
  return { kind: 'regex', source };
}

function parseTerm(cursor: Cursor): Term {
  const sign = cursor.take('-') ? 'not' : cursor.take('?') ? 'maybe' : 'must';
  if (cursor.peek() === '"') return { sign, text: cursor.quoted() };
  if (cursor.peek() === '%') cursor.fail('a regular expression stands alone: it cannot be mixed with terms');
  WORD.lastIndex = cursor.at;
  const text = WORD.exec(cursor.text)?.[0];
  if (!text) {
    if (sign !== 'must' && /^\s?$/.test(cursor.peek())) cursor.fail('expected a term right after the sign');
    return failAfterTerm(cursor);
  }
  cursor.at += text.length;
  return { sign, text };
}

function failAfterTerm(cursor: Cursor): never {
  return cursor.fail(`${cursor.found()} may stand only inside double quotes: put the term in "…"`);
}
