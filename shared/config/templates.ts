/**
 * The language of annotations and of a receiver's `title` and `body`: `{{ $variable }}`, and
 * `{{ if $variable }} … {{ else }} … {{ end }}`. There are no loops, calls or nested values: a template is as large
 * as it is written plus what it shows, and what it shows is never looked at again.
 */
import { byNearness, nearest } from './nearest.ts';

/** Everything that a template can say, without its `$`. */
export const TEMPLATE_VARIABLES = [
  'value',
  'peak',
  'threshold',
  'condition',
  'severity',
  'status',
  'title',
  'rule',
  'receiver',
  'startsAt',
  'endsAt',
  'duration',
  'line',
] as const;

export type TemplateVariable =
  | { name: (typeof TEMPLATE_VARIABLES)[number] }
  /** `$labels.NAME` */
  | { name: 'labels'; label: string };

export type TemplatePart =
  | { kind: 'text'; text: string }
  | { kind: 'variable'; variable: TemplateVariable }
  | { kind: 'if'; variable: TemplateVariable; shown: TemplatePart[]; otherwise: TemplatePart[] };

/** What is wrong with a template, and at which character (from 0). */
export interface TemplateFault {
  position: number;
  message: string;
  expected: string;
}

export interface Template {
  parts: TemplatePart[];
  faults: TemplateFault[];
}

interface Token {
  /** What stands between the braces; null: text outside of them. */
  tag: string | null;
  written: string;
  position: number;
}

/** A stretch that is being read: the whole template, or what stands within an `if`. */
interface Frame {
  into: TemplatePart[];
  /** Where what follows `{{ else }}` goes; null: the stretch has no `else`, or has had it. */
  otherwise: TemplatePart[] | null;
  position: number;
}

const VARIABLES_IN_WORDS = [...TEMPLATE_VARIABLES.map((name) => `$${name}`), '$labels.NAME'];

/** Reads a template. What is faulty stays in it as text, so that a slip is seen and never breaks a message. */
export function parseTemplate(source: string): Template {
  const faults: TemplateFault[] = [];
  const root: Frame = { into: [], otherwise: null, position: 0 };
  const stack: Frame[] = [root];
  for (const token of tokens(source, faults)) take(token, stack, faults);
  for (const { position } of stack.slice(1)) {
    faults.push({ position, message: '`{{ if }}` has no end', expected: '{{ end }}' });
  }
  return { parts: root.into, faults };
}

function tokens(source: string, faults: TemplateFault[]): Token[] {
  const found: Token[] = [];
  let position = 0;
  while (position < source.length) {
    const open = source.indexOf('{{', position);
    const text = source.slice(position, open === -1 ? source.length : open);
    if (text !== '') found.push({ tag: null, written: text, position });
    if (open === -1) break;
    const close = source.indexOf('}}', open + 2);
    if (close === -1) {
      faults.push({ position: open, message: '`{{` has no end', expected: '}}' });
      found.push({ tag: null, written: source.slice(open), position: open });
      break;
    }
    found.push({
      tag: source.slice(open + 2, close).trim(),
      written: source.slice(open, close + 2),
      position: open,
    });
    position = close + 2;
  }
  return found;
}

function take({ tag, written, position }: Token, stack: Frame[], faults: TemplateFault[]): void {
  const frame = stack.at(-1) as Frame;
  const stay = (fault: Omit<TemplateFault, 'position'>) => {
    faults.push({ position, ...fault });
    frame.into.push({ kind: 'text', text: written });
  };
  if (tag === null) {
    frame.into.push({ kind: 'text', text: written });
  } else if (tag === 'else') {
    if (frame.otherwise === null) stay(misplaced(tag));
    else Object.assign(frame, { into: frame.otherwise, otherwise: null });
  } else if (tag === 'end') {
    if (stack.length === 1) stay(misplaced(tag));
    else stack.pop();
  } else {
    const asked = /^if\s+(.*)$/s.exec(tag)?.[1];
    const variable = variableOf(asked ?? tag);
    if ('fault' in variable) stay(variable.fault);
    else if (asked === undefined) frame.into.push({ kind: 'variable', variable });
    if (asked !== undefined) stack.push(opened(frame, variable, position));
  }
}

/** The stretch within an `if`; of a faulty one all is shown. */
function opened(frame: Frame, variable: TemplateVariable | Fault, position: number): Frame {
  if ('fault' in variable) return { into: frame.into, otherwise: frame.into, position };
  const part = { kind: 'if' as const, variable, shown: [], otherwise: [] };
  frame.into.push(part);
  return { into: part.shown, otherwise: part.otherwise, position };
}

type Fault = { fault: Omit<TemplateFault, 'position'> };

const misplaced = (tag: string) => ({
  message: `\`{{ ${tag} }}\` belongs to no \`{{ if }}\``,
  expected: '{{ if $variable }} before it',
});

function variableOf(text: string): TemplateVariable | Fault {
  const [, name = '', label] = /^\$(\w+)(?:\.([\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]*))?$/u.exec(text) ?? [];
  if (name === 'labels' && label !== undefined) return { name, label };
  const known = TEMPLATE_VARIABLES.find((candidate) => candidate === name);
  if (known !== undefined && label === undefined) return { name: known };
  const near = nearest(text.replace(/^\.?\$?/, '$'), VARIABLES_IN_WORDS);
  const expected = near ?? byNearness(text, VARIABLES_IN_WORDS).join(', ');
  return { fault: { message: `\`{{ ${text} }}\` is no variable of a template`, expected } };
}

/** The labels that a template shows or asks for. */
export function labelsIn(parts: readonly TemplatePart[]): string[] {
  return parts.flatMap((part) => {
    if (part.kind === 'text') return [];
    const own = part.variable.name === 'labels' ? [part.variable.label] : [];
    return part.kind === 'if' ? [...own, ...labelsIn(part.shown), ...labelsIn(part.otherwise)] : own;
  });
}
