import { unknownName } from './cross-references.ts';
import type { Finding, Path } from './explain.ts';
import type { Condition, FieldReference, Rule } from './model.ts';

/** References of a rule to names that none of its selectors captures: they would be empty in every event. */
export function uncapturedNames(rule: Rule, captured: readonly string[]): Finding[] {
  return referencesOf(rule).flatMap(({ reference, path }) => {
    if (reference.kind !== 'field' || /^\$\d+$/.test(reference.name)) return [];
    const findings = unknownName('captured field', reference.name, captured, path);
    // A name that nothing is near to is most often a field of JSON without its `$.`
    return findings.map((finding) =>
      finding.suggestion === undefined
        ? { ...finding, expected: expectedFor(reference.name, captured) }
        : finding,
    );
  });
}

function expectedFor(name: string, captured: readonly string[]): string {
  const json = `$.${name} for a field of JSON`;
  return captured.length === 0 ? json : `one of ${captured.join(', ')}, or ${json}`;
}

function referencesOf({ groupBy, show, when }: Rule): { reference: FieldReference; path: Path }[] {
  return [
    ...groupBy.map(({ reference }) => ({ reference, path: ['groupBy'] })),
    ...show.map((reference, index) => ({ reference, path: ['show', index] })),
    ...when.flatMap(({ condition }, index) => {
      const path: Path = when.length === 1 ? ['when'] : ['when', index];
      return fieldOf(condition).map(({ key, reference }) => ({ reference, path: [...path, key] }));
    }),
  ];
}

function fieldOf(condition: Condition): { key: string; reference: FieldReference }[] {
  switch (condition.kind) {
    case 'value':
    case 'distinct':
    case 'change':
      return [{ key: condition.kind, reference: condition.value }];
    case 'anomaly':
      return condition.over.kind === 'value' ? [{ key: 'over', reference: condition.over.value }] : [];
    case 'novel':
      return condition.of === 'template' ? [] : [{ key: 'novel', reference: condition.of }];
    default:
      return [];
  }
}
