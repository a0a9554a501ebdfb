import type { Finding, Path } from './explain.ts';
import type { FieldReference, Rule, Settings } from './model.ts';
import { labelOf } from './references.ts';

/** Takes what is redacted out of a text. */
type Redactor = (text: string) => string;
export type CreateRedactor = (patterns: readonly string[], secrets: boolean) => Redactor;

/** Two values of fields that are called so. */
const SAMPLES: { name: RegExp; values: [string, string] }[] = [
  { name: /mail/i, values: ['jane.doe@example.com', 'li.wei@example.org'] },
  { name: /phone|mobile|msisdn|^tel$/i, values: ['13912345678', '13887654321'] },
  { name: /(?:^|[a-z_-])ip$|^ip|Ip(?=[A-Z]|$)|remote_?addr/, values: ['203.0.113.7', '198.51.100.24'] },
  { name: /card|^pan$/i, values: ['4111111111111111', '5555555555554444'] },
  { name: /^id_?(?:card|no|number)$|ssn/i, values: ['11010519491231002X', '440524188001010014'] },
];

/**
 * References of a rule to fields whose values are alike once they are redacted, told by samples of what their names
 * promise: labels, changes and novelties are judged by what may be written down.
 */
export function redactedReferences(
  rule: Rule,
  settings: Settings,
  createRedactor: CreateRedactor,
): Finding[] {
  const { redact, redactSecrets = true } = settings;
  let redactor: Redactor | undefined;
  return judgedReferences(rule).flatMap(({ reference, path, means }) => {
    const [one, other] = samplesOf(reference) ?? [];
    if (one === undefined || other === undefined) return [];
    redactor ??= createRedactor([...redact, ...rule.redact], redactSecrets);
    if (redactor(one) !== redactor(other)) return [];
    const message = `redact makes all values of ${reference.text}, such as ${one}, alike: ${means}`;
    return [{ path, message, expected: 'a field that is not redacted', atKey: false }];
  });
}

function samplesOf(reference: FieldReference): [string, string] | undefined {
  const name = reference.kind === 'event' ? null : labelOf(reference);
  return name === null ? undefined : SAMPLES.find((sample) => sample.name.test(name))?.values;
}

interface JudgedReference {
  reference: FieldReference;
  path: Path;
  /** What follows where all values are alike. */
  means: string;
}

function judgedReferences({ groupBy, when }: Rule): JudgedReference[] {
  return [
    ...groupBy.map(({ reference }) => ({ reference, path: ['groupBy'], means: 'they are one group' })),
    ...when.flatMap(({ condition }, index): JudgedReference[] => {
      const path: Path = when.length === 1 ? ['when'] : ['when', index];
      if (condition.kind === 'change')
        return [{ reference: condition.value, path: [...path, 'change'], means: 'it never changes' }];
      if (condition.kind !== 'novel' || condition.of === 'template') return [];
      return [{ reference: condition.of, path: [...path, 'novel'], means: 'only the first one is new' }];
    }),
  ];
}
