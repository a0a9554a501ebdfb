import { compileRegex, type Regex } from '../regex.ts';
import type { CompareOperator, Operand } from './ast.ts';
import { readNumber } from './cursor.ts';

/** A value as it stands in a log; `text` and `number` are the same value seen both ways. */
export type Comparer = (value: string | number | boolean) => boolean;

/**
 * Compiles the right side of a comparison. A quoted or wordy operand compares text, with `*` at its ends; an
 * unquoted number compares by value, also with text that reads as a number; ordering never holds for other text.
 */
export function compileComparer(operator: CompareOperator, operand: Operand): Comparer {
  switch (operand.kind) {
    case 'regex':
      return compileRegexComparer(operator, compileRegex(operand.source));
    case 'text':
      return compileText(operator, operand.text);
    case 'number':
      return compileNumber(operator, operand.value);
  }
}

function compileRegexComparer(operator: CompareOperator, regex: Regex): Comparer {
  return operator === '=' ? (value) => regex.test(textOf(value)) : (value) => !regex.test(textOf(value));
}

function compileText(operator: CompareOperator, text: string): Comparer {
  const matches = compileWildcard(text);
  return operator === '=' ? (value) => matches(textOf(value)) : (value) => !matches(textOf(value));
}

/** `*` counts at the ends only: `Ev*ent` is literal. */
function compileWildcard(text: string): (value: string) => boolean {
  if (text === '*') return () => true;
  const open = text.startsWith('*');
  const core = wildcardCore(text);
  if (open && text.endsWith('*')) return (value) => value.includes(core);
  if (open) return (value) => value.endsWith(core);
  return text.endsWith('*') ? (value) => value.startsWith(core) : (value) => value === core;
}

/** A text operand without the `*` at its ends. */
export function wildcardCore(text: string): string {
  if (text === '*') return '';
  return text.slice(text.startsWith('*') ? 1 : 0, text.endsWith('*') ? -1 : undefined);
}

function compileNumber(operator: CompareOperator, threshold: number): Comparer {
  const holds = NUMERIC[operator];
  return (value) => {
    const number = typeof value === 'string' ? readNumber(value) : typeof value === 'number' ? value : null;
    // What is no number differs from every number, and is neither above nor below.
    return number === null ? operator === '!=' : holds(number, threshold);
  };
}

const NUMERIC: Record<CompareOperator, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function textOf(value: string | number | boolean): string {
  return typeof value === 'string' ? value : String(value);
}
