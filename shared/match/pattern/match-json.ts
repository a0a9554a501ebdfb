import type { JsonCondition, SelectorStep } from './ast.ts';
import { type Clause, jsonLiteral, type Needs, needAll, needAny } from './need.ts';
import { oddNumbers } from './number-spelling.ts';
import { compileComparer, wildcardCore } from './operand.ts';
import type { JsonValue } from './subject.ts';

export type JsonTest = (root: JsonValue) => boolean;

/** Whether some value that the selector finds passes. */
type Finder = (root: JsonValue, passes: (value: JsonValue) => boolean) => boolean;

/** Compiles the condition of a JSON pattern to a test of the parsed message. */
export function compileJson(condition: JsonCondition): JsonTest {
  switch (condition.kind) {
    case 'or': {
      const tests = condition.of.map(compileJson);
      return (root) => tests.some((test) => test(root));
    }
    case 'and': {
      const tests = condition.of.map(compileJson);
      return (root) => tests.every((test) => test(root));
    }
    case 'compare':
      return compileCompare(condition);
    case 'is':
      return compileIs(condition);
    case 'notExists': {
      const find = compileSelector(condition.selector);
      return (root) => !find(root, () => true);
    }
  }
}

/** Objects and arrays fail both `=` and `!=`; null equals nothing and differs from everything. */
function compileCompare({ selector, operator, operand }: JsonCondition & { kind: 'compare' }): JsonTest {
  const find = compileSelector(selector);
  const compare = compileComparer(operator, operand);
  const passes = (value: JsonValue): boolean => {
    if (value === null) return operator === '!=';
    return typeof value !== 'object' && compare(value);
  };
  return (root) => find(root, passes);
}

const CONSTANTS = { NULL: null, TRUE: true, FALSE: false };

function compileIs({ selector, value }: JsonCondition & { kind: 'is' }): JsonTest {
  const find = compileSelector(selector);
  const expected = CONSTANTS[value];
  return (root) => find(root, (found) => found === expected);
}

function compileSelector(steps: SelectorStep[]): Finder {
  const [step, ...rest] = steps;
  if (!step) return (root, passes) => passes(root);
  const next = compileSelector(rest);
  switch (step.kind) {
    case 'name':
      return (root, passes) => {
        if (!isObject(root) || !Object.hasOwn(root, step.name)) return false;
        const value = root[step.name];
        return value !== undefined && next(value, passes);
      };
    case 'index':
      return (root, passes) => {
        const value = Array.isArray(root) ? root[step.index] : undefined;
        return value !== undefined && next(value, passes);
      };
    case 'anyName':
      return (root, passes) => isObject(root) && Object.values(root).some((value) => next(value, passes));
    case 'anyIndex':
      return (root, passes) => Array.isArray(root) && root.some((value) => next(value, passes));
  }
}

function isObject(value: JsonValue): value is { [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first scalar that a selector finds, as text; undefined where there is none. */
export function compileFirst(selector: SelectorStep[]): (root: JsonValue) => string | undefined {
  const find = compileSelector(selector);
  return (root) => {
    let found: string | undefined;
    find(root, (value) => {
      if (typeof value !== 'object' || value === null) found = String(value);
      return found !== undefined;
    });
    return found;
  };
}

/** What the text of a message must hold for the condition to have a chance. */
export function jsonNeeds(condition: JsonCondition): Needs {
  switch (condition.kind) {
    case 'and':
      return needAll(condition.of.map(jsonNeeds));
    case 'or':
      return needAny(condition.of.map(jsonNeeds));
    case 'compare':
      return [...valueNeeds(condition), ...keyNeeds(condition.selector)];
    case 'is':
      return [
        ...keyNeeds(condition.selector),
        [{ text: condition.value.toLowerCase(), json: false, weak: true }],
      ];
    case 'notExists':
      return [];
  }
}

function keyNeeds(selector: SelectorStep[]): Needs {
  const clauses: Clause[] = [];
  for (const step of selector) {
    const literal = step.kind === 'name' ? jsonLiteral(step.name, true) : null;
    if (literal) clauses.push([literal]);
  }
  return clauses;
}

/** A text that a number could equal says nothing about the line, because numbers are written in many ways. */
const NUMBERLIKE = /^(?:[-+.\deE]*|[-]?I?n?f?i?n?i?t?y?)$/;
/** Integers that stand in the line digit by digit, unless they are written oddly. */
const PLAIN_INTEGER = /^-?(0|[1-9]\d{0,8})(?:\.0*)?$/;
function valueNeeds({ operator, operand }: JsonCondition & { kind: 'compare' }): Needs {
  if (operator !== '=' || operand.kind === 'regex') return [];
  const digits = PLAIN_INTEGER.exec(operand.text)?.[1];
  if (digits)
    return [
      [
        { text: digits, json: true, weak: false },
        { guard: oddNumbers, worth: 8 },
      ],
    ];
  const core = operand.kind === 'text' ? wildcardCore(operand.text) : '';
  const literal = NUMBERLIKE.test(core) ? null : jsonLiteral(core, false);
  return literal ? [[literal]] : [];
}
