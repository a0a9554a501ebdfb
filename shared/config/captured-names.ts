import { unknownName } from './cross-references.ts';
import type { Finding, Path } from './explain.ts';
import type { Condition, FieldReference, Rule } from './model.ts';

/** What a rule's `fields` and its selectors capture. */
export interface Captured {
  /** By name; what has none by its number in the line, `$1`. */
  names: readonly string[];
  /** From this number on any field of a line may be captured; Infinity: none. */
  numberedFrom: number;
  /** The rule has `fields`, which names nothing. */
  isFieldsEmpty: boolean;
}

/** References of a rule to names that none of its selectors captures: they would be empty in every event. */
export function uncapturedNames(rule: Rule, captured: Captured): Finding[] {
  const names = captured.names.filter((name) => !isNumber(name));
  const findings = referencesOf(rule).flatMap(({ reference, path }) => {
    if (reference.kind !== 'field' || isCaptured(reference.name, captured)) return [];
    // A name that nothing is near to is most often a field of JSON without its `$.`
    const known = path.at(-1) === 'novel' ? [...names, 'template'] : names;
    return unknownName('captured field', reference.name, known, path).map((finding) =>
      finding.suggestion === undefined
        ? { ...finding, expected: expectedFor(reference.name, names) }
        : finding,
    );
  });
  return captured.isFieldsEmpty ? [EMPTY_FIELDS, ...findings] : findings;
}

const EMPTY_FIELDS: Finding = {
  path: ['fields'],
  message: 'names no field',
  expected: "a pattern such as '[ip, user, ...]', or { regex: … } with named groups (?P<ip>…)",
  atKey: false,
};

function isNumber(name: string): boolean {
  return /^\$\d+$/.test(name);
}

function isCaptured(name: string, { names, numberedFrom }: Captured): boolean {
  return names.includes(name) || (isNumber(name) && Number(name.slice(1)) >= numberedFrom);
}

function expectedFor(name: string, names: readonly string[]): string {
  const other = isNumber(name)
    ? 'a name that a pattern [ip, ...] or a group (?P<ip>…) of a regex gives'
    : `$.${name} for a field of JSON`;
  return names.length === 0 ? other : `one of ${names.join(', ')}, or ${other}`;
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
