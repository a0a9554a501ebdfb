import { compileRegex } from '../regex.ts';
import type { FilterPattern, JsonCondition, SelectorStep, Term } from './ast.ts';
import { compileDelimited, delimitedNeeds } from './match-delimited.ts';
import { compileFirst, compileJson, jsonNeeds } from './match-json.ts';
import { type Needs, needAny, plainClause } from './need.ts';
import { printSelector } from './print.ts';
import type { Subject } from './subject.ts';

/** A filter pattern, ready to be matched. Time is linear in the length of the message. */
export interface CompiledPattern {
  test(subject: Subject): boolean;
  /**
   * The fields that the pattern extracts, in an object without prototype; null: no match. Space-delimited patterns
   * give their fields by name, JSON patterns the first value of each selector.
   */
  extract(subject: Subject): Record<string, string> | null;
  /** Literals that a matching message holds, for a search ahead of the match. */
  readonly needs: Needs;
}

/** Compiles a pattern that `parsePattern` read. */
export function compilePattern(pattern: FilterPattern): CompiledPattern {
  switch (pattern.kind) {
    case 'every':
      return textual(() => true, []);
    case 'terms':
      return compileTerms(pattern.terms);
    case 'regex': {
      const regex = compileRegex(pattern.source);
      return textual(regex.test, regex.requiredLiterals ? [plainClause(regex.requiredLiterals)] : []);
    }
    case 'json':
      return compileJsonPattern(pattern.condition);
    case 'delimited': {
      const matcher = compileDelimited(pattern.entries);
      return {
        test: ({ text }) => matcher.test(text),
        extract: ({ text }) => matcher.extract(text),
        needs: delimitedNeeds(pattern.entries),
      };
    }
  }
}

function textual(test: (text: string) => boolean, needs: Needs): CompiledPattern {
  return {
    test: ({ text }) => test(text),
    extract: ({ text }) => (test(text) ? Object.create(null) : null),
    needs,
  };
}

/** Every `?` term is ignored as soon as any other kind of term is present. */
function compileTerms(terms: Term[]): CompiledPattern {
  const texts = (sign: Term['sign']) => terms.filter((term) => term.sign === sign).map(({ text }) => text);
  const [must, not, maybe] = [texts('must'), texts('not'), texts('maybe')];
  if (must.length === 0 && not.length === 0) {
    const needs = needAny(maybe.map((text) => (text === '' ? [] : [plainClause([text])])));
    return textual((message) => maybe.some((text) => message.includes(text)), needs);
  }
  return textual(
    (message) => must.every((text) => message.includes(text)) && !not.some((text) => message.includes(text)),
    must.filter((text) => text !== '').map((text) => plainClause([text])),
  );
}

function compileJsonPattern(condition: JsonCondition): CompiledPattern {
  const holds = compileJson(condition);
  const selectors = new Map<string, SelectorStep[]>();
  collectSelectors(condition, selectors);
  const readers = [...selectors].map(([text, selector]) => ({ text, first: compileFirst(selector) }));
  const test = (subject: Subject): boolean => {
    const root = subject.json();
    return root !== undefined && holds(root);
  };
  return {
    test,
    extract: (subject) => {
      const root = subject.json();
      if (root === undefined || !holds(root)) return null;
      const fields: Record<string, string> = Object.create(null);
      for (const { text, first } of readers) {
        const value = first(root);
        if (value !== undefined) fields[text] = value;
      }
      return fields;
    },
    needs: jsonNeeds(condition),
  };
}

function collectSelectors(condition: JsonCondition, into: Map<string, SelectorStep[]>): void {
  if ('of' in condition) for (const part of condition.of) collectSelectors(part, into);
  else into.set(printSelector(condition.selector), condition.selector);
}
