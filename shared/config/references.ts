import * as z from 'zod';
import { EVENT_PROPERTIES, type EventProperty, type FieldReference, type GroupLabel } from './model.ts';
import { chosenUnion } from './schema/chosen.ts';
import { flowList } from './yaml/flow-list.ts';

const STEP = /\.?\['((?:[^'\\]|\\.)+)'\]|\.?\["((?:[^"\\]|\\.)+)"\]|\[(\d+)\]|\.([^.[\]\s'"*]+)/y;
const NAME = /^(?:\$\d+|[\p{L}_][\p{L}\p{N}_-]*)$/u;

const REFERENCE_EXPECTED = 'a field such as $.user.id, a captured name, or @logGroup';

/** The steps of `$.a.b[0]`, `$['key.with.dot']`; null where the text is no such path. */
function parsePath(text: string): (string | number)[] | null {
  const path: (string | number)[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < text.length) {
    const match = STEP.exec(text);
    if (match === null) return null;
    const quoted = (match[1] ?? match[2])?.replace(/\\(.)/g, '$1');
    path.push(match[3] === undefined ? (quoted ?? match[4] ?? '') : Number(match[3]));
  }
  return path.length === 0 ? null : path;
}

function asProperty(name: string): EventProperty | null {
  return EVENT_PROPERTIES.find((property) => property === name) ?? null;
}

/** A field reference of contract §1.2; null where the text is none. */
export function parseReference(text: string): FieldReference | null {
  const property = asProperty(text.replace(/^@/, ''));
  if (property !== null) return { kind: 'event', property, text };
  if (NAME.test(text)) return { kind: 'field', name: text, text };
  const path = text.startsWith('$') ? parsePath(text) : null;
  return path === null ? null : { kind: 'json', path, text };
}

function whatIsWrong(text: string): { message: string; expected: string } {
  if (text.includes('[*]'))
    return { message: `${text} means several values`, expected: 'a field that is one value' };
  if (text.startsWith('@')) {
    const expected = `one of ${EVENT_PROPERTIES.map((name) => `@${name}`).join(', ')}`;
    return { message: `${text} is no property of an event`, expected };
  }
  const message = `${JSON.stringify(text)} is no field reference`;
  return {
    message,
    expected: text.startsWith('$') || parsePath(`$.${text}`) === null ? REFERENCE_EXPECTED : `$.${text}`,
  };
}

export const referenceSchema = z
  .string({ error: REFERENCE_EXPECTED })
  .meta({
    description: 'A field: $.a.b[0] in JSON, a captured name, or @logGroup, @logStream, @level, …',
    examples: ['$.service', '@logGroup'],
  })
  .transform((text, context): FieldReference => {
    const reference = parseReference(text);
    if (reference !== null) return reference;
    const { message, expected } = whatIsWrong(text);
    context.addIssue({ code: 'custom', message, params: { expected } });
    return z.NEVER;
  });

/** The label that a reference gives by default: the last name in its path, null where it has none (`$[0]`). */
export function labelOf(reference: FieldReference): string | null {
  if (reference.kind === 'event') return reference.property;
  if (reference.kind === 'field') return reference.name;
  return reference.path.findLast((step) => typeof step === 'string') ?? null;
}

const labelNameSchema = z.string().min(1, { error: 'a label name' });

/** Labels that every alert has anyhow (contract §1.5). */
export const RESERVED_LABELS = ['rule', 'severity'];

function labelProblem(
  label: string | null,
  earlier: GroupLabel[],
): { message: string; expected: string } | null {
  if (label === null)
    return { message: 'has no name to be a label', expected: 'the form { label: reference }' };
  if (label === '__proto__')
    return { message: 'is no name for a label', expected: 'the form { label: reference }' };
  if (RESERVED_LABELS.includes(label)) {
    return {
      message: `the label "${label}" is taken: every alert has it`,
      expected: 'the form { label: reference }',
    };
  }
  if (!earlier.some((other) => other.label === label)) return null;
  return { message: `the label "${label}" stands here twice`, expected: 'the form { label: reference }' };
}

function groupingExpected(input: unknown): string {
  const parts = typeof input === 'string' ? input.split(',') : [];
  if (typeof input === 'string' && parts.every((part) => parseReference(part.trim()) !== null))
    return `a list such as ${flowList(input)}`;
  return 'a list of fields or a map { label: field }';
}

/** A rule's `groupBy`: a list of references or a map of label to reference. */
export const groupBySchema = chosenUnion(
  [
    z.array(referenceSchema),
    z.record(labelNameSchema, referenceSchema, { error: ({ input }) => groupingExpected(input) }),
  ],
  (input) => (Array.isArray(input) ? 0 : 1),
).transform((input, context): GroupLabel[] => {
  const labels: GroupLabel[] = [];
  for (const [key, reference] of Object.entries(input)) {
    const label = Array.isArray(input) ? labelOf(reference) : key;
    const problem = labelProblem(label, labels);
    if (problem !== null) {
      const path = [Array.isArray(input) ? Number(key) : key];
      context.addIssue({
        code: 'custom',
        message: problem.message,
        path,
        params: { expected: problem.expected },
      });
    }
    labels.push({ label: label ?? '', reference });
  }
  return labels;
});
