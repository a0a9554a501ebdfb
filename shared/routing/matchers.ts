import type { LabelMatcher } from '../config/model.ts';
import { compileRegex } from '../match/regex.ts';

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

function anchored(source: string) {
  return compileRegex(`^(?:${source})$`);
}
