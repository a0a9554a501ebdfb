import { RE2JS } from 're2js';
import { withoutSecrets } from './known-secrets.ts';

/** Takes what must not be kept out of a text. */
export type Redactor = (text: string) => string;

export const REDACTED = '[redacted]';

/**
 * Redacts by RE2 patterns, in linear time; they were validated with the configuration. `secrets`: also what is known
 * to be a secret by its form.
 */
export function createRedactor(patterns: readonly string[], secrets = false): Redactor {
  const compiled = patterns.map((pattern) => RE2JS.compile(pattern));
  return (text) => {
    const kept = compiled.reduce((rest, pattern) => pattern.matcher(rest).replaceAll(REDACTED), text);
    return secrets ? withoutSecrets(kept, REDACTED) : kept;
  };
}
