import type { LabelMatcher } from '../config/model.ts';
import { compileRegex, type Regex } from '../match/regex.ts';

/** Whether every matcher holds for the labels; a missing label is an empty one, regexes are fully anchored. */
export function matchesLabels(matchers: readonly LabelMatcher[], labels: Record<string, string>): boolean {
  return matchers.every((matcher) =>
    matchesLabel(matcher, Object.hasOwn(labels, matcher.label) ? (labels[matcher.label] ?? '') : ''),
  );
}

function matchesLabel({ operator, value }: LabelMatcher, actual: string): boolean {
  switch (operator) {
    case '=':
      return actual === value;
    case '!=':
      return actual !== value;
    case '=~':
      return anchored(value).test(actual);
    case '!~':
      return !anchored(value).test(actual);
  }
}

const compiled = new Map<string, Regex>();
/** More than any configuration and its silences hold. */
const COMPILED_MAX = 2000;

function anchored(source: string): Regex {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  if (compiled.size >= COMPILED_MAX) compiled.clear();
  const regex = compileRegex(`^(?:${source})$`);
  compiled.set(source, regex);
  return regex;
}
