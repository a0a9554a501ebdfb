/**
 * A slow, independent reading of the language, for comparison: conditions are made as data, written as text by
 * one function and judged by another, from the words of the documentation, without the parser or the compiler.
 */
import fc from 'fast-check';

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

export interface Condition {
  text: string;
  holds(root: Json): boolean;
}

const NAMES = ['a', 'b', 'c.d', '__proto__', 'toString', 'é'] as const;
const name = fc.constantFrom(...NAMES);

/** Small values that meet each other often. */
export const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<Json>(
      'x',
      'xy',
      '',
      '1',
      '1.0',
      '12',
      'true',
      'null',
      '*',
      'x*y',
      'é"\\/',
      0,
      1,
      12,
      -1.5,
      1e21,
      true,
      false,
      null,
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

interface Selector {
  text: string;
  find(root: Json): Json[];
}

const isObject = (value: Json): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const step: fc.Arbitrary<Selector & { wild: boolean }> = fc.oneof(
  fc.tuple(name, fc.boolean()).map(([key, dot]) => ({
    text: /^\w+$/.test(key) ? `.${key}` : `${dot ? '.' : ''}['${key}']`,
    wild: false,
    find: (value: Json) =>
      isObject(value)
        ? Object.entries(value)
            .filter(([k]) => k === key)
            .map(([, v]) => v)
        : [],
  })),
  fc.nat(2).map((index) => ({
    text: `[${index}]`,
    wild: false,
    find: (value: Json) => (Array.isArray(value) ? value.slice(index, index + 1) : []),
  })),
  fc.constant({
    text: '.*',
    wild: true,
    find: (value: Json) => (isObject(value) ? Object.values(value) : []),
  }),
  fc.constant({ text: '[*]', wild: true, find: (value: Json) => (Array.isArray(value) ? value : []) }),
);

const selector: fc.Arbitrary<Selector> = fc
  .array(step, { minLength: 1, maxLength: 3 })
  .filter((steps) => steps.filter(({ wild }) => wild).length <= 1)
  .map((steps) => ({
    text: `$${steps.map(({ text }) => text).join('')}`,
    find: (root) => steps.reduce<Json[]>((values, { find }) => values.flatMap(find), [root]),
  }));

const likeText = (pattern: string, value: string): boolean => {
  const starts = pattern.startsWith('*');
  const ends = pattern.length > 1 && pattern.endsWith('*');
  const core = pattern.slice(starts ? 1 : 0, ends ? -1 : undefined);
  for (let from = 0; from <= value.length - core.length; from++) {
    const rest = value.length - from - core.length;
    if (
      value.substring(from, from + core.length) === core &&
      (starts || from === 0) &&
      (ends || (starts && pattern === '*') || rest === 0)
    )
      return true;
  }
  return false;
};

const numberIn = (value: Json): number | null => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : null;
};

const OPERATORS = { '=': 0, '!=': 0, '<': 0, '<=': 0, '>': 0, '>=': 0 };
type Operator = keyof typeof OPERATORS;

function compareNumbers(operator: Operator, a: number, b: number): boolean {
  if (operator === '<' || operator === '>') return operator === '<' ? a < b : a > b;
  if (operator === '<=' || operator === '>=') return operator === '<=' ? a <= b : a >= b;
  return operator === '=' ? a === b : a !== b;
}

const numeric: fc.Arbitrary<Condition> = fc
  .tuple(
    selector,
    fc.constantFrom(...(Object.keys(OPERATORS) as Operator[])),
    fc.constantFrom('1', '1.0', '12', '-1.5', '0', '+1', '1e1'),
  )
  .map(([{ text, find }, operator, number]) => ({
    text: `${text} ${operator} ${number}`,
    holds: (root) =>
      find(root).some((value) => {
        if (typeof value === 'object' && value !== null) return false;
        const read = numberIn(value);
        return read === null ? operator === '!=' : compareNumbers(operator, read, Number(number));
      }),
  }));

const textual: fc.Arbitrary<Condition> = fc
  .tuple(
    selector,
    fc.boolean(),
    fc.constantFrom('x', 'x*', '*y', '*', '*x*', 'x*y', '1', '1.0', 'true', '', 'é"\\/'),
  )
  .map(([{ text, find }, equal, operand]) => ({
    text: `${text} ${equal ? '=' : '!='} "${operand.replace(/["\\]/g, '\\$&')}"`,
    holds: (root) =>
      find(root).some((value) => {
        if (value === null) return !equal;
        return typeof value !== 'object' && likeText(operand, String(value)) === equal;
      }),
  }));

const state: fc.Arbitrary<Condition> = fc
  .tuple(selector, fc.constantFrom('NULL', 'TRUE', 'FALSE', 'GONE'))
  .map(([{ text, find }, word]): Condition => {
    if (word === 'GONE') return { text: `${text} NOT EXISTS`, holds: (root) => find(root).length === 0 };
    return {
      text: `${text} IS ${word}`,
      holds: (root) => find(root).some((value) => JSON.stringify(value) === word.toLowerCase()),
    };
  });

/** Any JSON condition with at most three wildcards. */
export const condition: fc.Arbitrary<Condition> = fc
  .letrec<{ any: Condition }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.oneof(numeric, textual, state),
      fc.tuple(tie('any'), tie('any')).map(([a, b]) => ({
        text: `(${a.text}) && (${b.text})`,
        holds: (root: Json) => a.holds(root) && b.holds(root),
      })),
      fc.tuple(tie('any'), tie('any')).map(([a, b]) => ({
        text: `(${a.text}) || (${b.text})`,
        holds: (root: Json) => a.holds(root) || b.holds(root),
      })),
    ),
  }))
  .any.filter(({ text }) => (text.match(/\.\*|\[\*\]/g) ?? []).length <= 3);

const PARTS = ['ab', 'b', 'a b', 'E', '告', '"', '\\', ''];

/** Unstructured patterns with their meaning. */
export const terms = fc
  .array(fc.tuple(fc.constantFrom('', '-', '?'), fc.constantFrom(...PARTS)), { minLength: 1, maxLength: 4 })
  .map((list) => ({
    text: list
      .map(([sign, part]) =>
        /^\p{L}+$/u.test(part) ? sign + part : `${sign}"${part.replace(/["\\]/g, '\\$&')}"`,
      )
      .join(' '),
    holds: (line: string): boolean => {
      const firm = list.filter(([sign]) => sign !== '?');
      if (firm.length === 0) return list.some(([, part]) => line.split(part).length > 1 || part === '');
      return firm.every(([sign, part]) => (part === '' || line.split(part).length > 1) === (sign === ''));
    },
  }));

export const line = fc
  .array(fc.constantFrom('a', 'b', 'E', ' ', '告', '"', '\\'), { maxLength: 8 })
  .map((parts) => parts.join(''));
