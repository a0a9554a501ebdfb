import type { FieldsExtractor } from '../config/model.ts';
import type { Line } from './line.ts';
import { compilePattern } from './pattern/compile.ts';
import { parsePattern } from './pattern/parse.ts';
import type { Subject } from './pattern/subject.ts';
import { compileRegex } from './regex.ts';
import type { Captures } from './selector.ts';

/** A rule's `fields`: what it extracts from a line, null where the line does not have its form. */
export type Extractor = (line: Line) => Captures | null;

/** Throws a `PatternError` or a `RegexError`. */
export function compileExtractor(fields: FieldsExtractor): Extractor {
  const extract = compileOnce(fields);
  let last: { line: Line; captures: Captures | null } | null = null;
  return (line) => {
    if (last?.line !== line) last = { line, captures: extract(line) };
    return last.captures;
  };
}

function compileOnce(fields: FieldsExtractor): Extractor {
  if (fields.kind === 'regex') {
    const regex = compileRegex(fields.source);
    return (line) => regex.exec(line.text)?.groups ?? null;
  }
  const pattern = compilePattern(parsePattern(fields.pattern));
  return (line) => pattern.extract(line);
}

/**
 * The line with its extracted fields in the place of JSON, where the message itself is no JSON: so
 * `{ $.status >= 500 }` works on the fields of a plain line.
 */
export function withFields(extract: Extractor): (line: Line) => Subject {
  return (line) =>
    line.json() === undefined ? { text: line.text, json: () => extract(line) ?? undefined } : line;
}
