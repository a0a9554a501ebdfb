import { RE2JS } from 're2js';

/** Takes what must not be kept out of a text. */
export type Redactor = (text: string) => string;

const REDACTED = '[redacted]';

/** Redacts by RE2 patterns, in linear time; they were validated with the configuration. */
export function createRedactor(patterns: readonly string[]): Redactor {
  const compiled = patterns.map((pattern) => RE2JS.compile(pattern));
  return (text) => compiled.reduce((kept, pattern) => pattern.matcher(kept).replaceAll(REDACTED), text);
}
