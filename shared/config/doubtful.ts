import { type Captured, uncapturedNames } from './captured-names.ts';
import { doubtfulPatterns } from './doubtful-patterns.ts';
import type { Finding } from './explain.ts';
import { foregoneConditions } from './foregone.ts';
import type { Rule, Settings } from './model.ts';
import type { ProblemCode } from './problems.ts';
import { type CreateRedactor, redactedReferences } from './redacted-references.ts';

/** What is known elsewhere of patterns, regexes and redaction, which this folder knows nothing of. */
export interface RuleKnowledge {
  /** What a sound rule's selectors capture. */
  fieldNames?: (rule: Rule) => Captured;
  /** What a rule's redaction leaves of a text. */
  createRedactor?: CreateRedactor;
}

/** What the judge lets pass in a rule, but nobody can have meant. */
export function doubtsAbout(
  rule: Rule,
  settings: Settings,
  { fieldNames, createRedactor }: RuleKnowledge,
): { finding: Finding; code: ProblemCode }[] {
  const values = [...foregoneConditions(rule), ...doubtfulPatterns(rule), ...doubtfulTitle(rule)];
  const references = [
    ...(fieldNames === undefined ? [] : uncapturedNames(rule, fieldNames(rule))),
    ...(createRedactor === undefined ? [] : redactedReferences(rule, settings, createRedactor)),
  ];
  return [
    ...values.map((finding) => ({ finding, code: 'value' as const })),
    ...references.map((finding) => ({ finding, code: 'reference' as const })),
  ];
}

function doubtfulTitle({ title }: Rule): Finding[] {
  if (!/\{\{\s*\$/.test(title)) return [];
  const message = 'is no template: it is shown as it stands';
  return [
    { path: ['title'], message, expected: 'what changes in annotations: { summary: … }', atKey: false },
  ];
}
