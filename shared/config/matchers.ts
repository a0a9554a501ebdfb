import * as z from 'zod';
import type { LabelMatcher, MatcherOperator } from './model.ts';

/**
 * Alertmanager's matchers (matcher/parse): a label name in UTF-8, bare or quoted, an operator, a value, bare or
 * quoted. In quotes `\"`, `\\` and `\n` are escapes; any other backslash stands for itself, so that a regex keeps its
 * own.
 */
const MATCHER =
  /^\s*(?:"((?:[^"\\]|\\.)*)"|([^\s{}!=~,\\"'`]+))\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s{}!=~,\\"'`]*))\s*$/su;

const EXPECTED = 'a matcher such as severity="critical", team=~"a|b", env!="test"';

function unescaped(text: string): string {
  return text.replace(/\\(["\\n])/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

/** One matcher from its text; null where it is none. */
export function parseMatcher(text: string): LabelMatcher | null {
  const match = MATCHER.exec(text);
  if (match === null) return null;
  const label = match[1] === undefined ? (match[2] ?? '') : unescaped(match[1]);
  const value = match[4] === undefined ? (match[5] ?? '') : unescaped(match[4]);
  return label === '' ? null : { label, operator: match[3] as MatcherOperator, value };
}

/** The matcher's text, which `parseMatcher` reads back. */
export function printMatcher({ label, operator, value }: LabelMatcher): string {
  const bare = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(label);
  return `${bare ? label : quote(label)}${operator}${quote(value)}`;
}

/** Says why a regex is refused, or null. */
export type CheckRegex = (source: string) => string | null;

/** A list of matchers as people write them. */
export function matchersSchema(checkRegex?: CheckRegex) {
  const matcher = z
    .string({ error: EXPECTED })
    .meta({ description: 'severity="critical", team=~"a|b", !=, !~', examples: ['severity="critical"'] })
    .transform((text, context): LabelMatcher => {
      const parsed = parseMatcher(text);
      const regex = parsed?.operator === '=~' || parsed?.operator === '!~' ? parsed.value : null;
      const refused = regex === null ? null : (checkRegex?.(regex) ?? null);
      if (parsed !== null && refused === null) return parsed;
      const message =
        parsed === null ? `${JSON.stringify(text)} is no matcher` : `the regex is refused: ${refused}`;
      context.addIssue({
        code: 'custom',
        message,
        params: { expected: parsed === null ? EXPECTED : 'an RE2 regex' },
      });
      return z.NEVER;
    });
  return z.array(matcher, { error: `a list of matchers such as [severity="critical"]` });
}
