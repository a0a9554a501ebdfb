import type {
  Entry,
  FieldCondition,
  FilterPattern,
  JsonCondition,
  Operand,
  SelectorStep,
  Term,
} from './ast.ts';

const WORD = /^[\p{L}\p{N}\p{M}_]+$/u;
const NAME = /^[\p{L}\p{N}_@#-]+$/u;
const SIGNS = { must: '', not: '-', maybe: '?' };

/** Writes a pattern so that reading it gives the same meaning. */
export function printPattern(pattern: FilterPattern): string {
  switch (pattern.kind) {
    case 'every':
      return '';
    case 'terms':
      return pattern.terms.map(printTerm).join(' ');
    case 'regex':
      return `%${pattern.source}%`;
    case 'json':
      return `{ ${printJson(pattern.condition)} }`;
    case 'delimited':
      return `[${pattern.entries.map(printEntry).join(', ')}]`;
  }
}

function printTerm({ sign, text }: Term): string {
  return SIGNS[sign] + (WORD.test(text) ? text : quote(text));
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function printJson(condition: JsonCondition): string {
  switch (condition.kind) {
    case 'or':
    case 'and':
      return joinConditions(condition.kind, condition.of, printJson, true);
    case 'compare':
      return `${printSelector(condition.selector)} ${condition.operator} ${printOperand(condition.operand)}`;
    case 'is':
      return `${printSelector(condition.selector)} IS ${condition.value}`;
    case 'notExists':
      return `${printSelector(condition.selector)} NOT EXISTS`;
  }
}

function joinConditions<Condition extends { kind: string }>(
  kind: 'or' | 'and',
  of: Condition[],
  print: (condition: Condition) => string,
  parenthesise: boolean,
): string {
  const parts = of.map((part) => {
    const isChain = part.kind === 'or' || part.kind === 'and';
    return parenthesise && isChain ? `(${print(part)})` : print(part);
  });
  return parts.join(kind === 'or' ? ' || ' : ' && ');
}

/** Writes a selector such as `$.a.b[0]['key.with.dot']`. */
export function printSelector(steps: SelectorStep[]): string {
  return `$${steps.map(printStep).join('')}`;
}

function printStep(step: SelectorStep): string {
  switch (step.kind) {
    case 'name':
      return NAME.test(step.name) ? `.${step.name}` : `['${step.name.replace(/['\\]/g, '\\$&')}']`;
    case 'index':
      return `[${step.index}]`;
    case 'anyName':
      return '.*';
    case 'anyIndex':
      return '[*]';
  }
}

function printOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'text':
      return quote(operand.text);
    case 'number':
      return operand.text;
    case 'regex':
      return `%${operand.source}%`;
  }
}

function printEntry(entry: Entry): string {
  if (entry.kind === 'ellipsis') return '...';
  return entry.condition ? printFields(entry.condition) : (entry.name ?? '');
}

function printFields(condition: FieldCondition): string {
  if (condition.kind !== 'compare') return joinConditions(condition.kind, condition.of, printFields, false);
  return `${condition.field} ${condition.operator} ${printOperand(condition.operand)}`;
}
