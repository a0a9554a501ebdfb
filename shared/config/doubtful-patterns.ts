import type { Finding, Path } from './explain.ts';
import type { Condition, Rule, Selector } from './model.ts';

/** Filter patterns that are in the language and say something else than people of other languages mean by them. */
export function doubtfulPatterns({ match, when }: Rule): Finding[] {
  const selectors = when.flatMap(({ condition }, index) => {
    const path: Path = when.length === 1 ? ['when'] : ['when', index];
    return selectorsOf(condition).map(({ key, selector }) => ({ path: [...path, key], selector }));
  });
  return [{ path: ['match'], selector: match }, ...selectors].flatMap(({ path, selector }) =>
    patternsIn(selector, path).flatMap(doubtsOf),
  );
}

function selectorsOf(condition: Condition): { key: string; selector: Selector }[] {
  switch (condition.kind) {
    case 'ratio':
    case 'consecutive':
      return [{ key: 'of', selector: condition.of }];
    case 'absent':
      return condition.until === null ? [] : [{ key: 'until', selector: condition.until }];
    case 'anomaly':
      return condition.over.kind === 'ratio' ? [{ key: 'of', selector: condition.over.of }] : [];
    default:
      return [];
  }
}

interface Placed {
  pattern: string;
  path: Path;
}

function patternsIn(selector: Selector, path: Path): Placed[] {
  switch (selector.kind) {
    case 'pattern':
      return [{ pattern: selector.pattern, path }];
    case 'all':
    case 'any':
      return selector.of.flatMap((part, index) => patternsIn(part, [...path, selector.kind, index]));
    case 'not':
      return patternsIn(selector.selector, [...path, 'not']);
    default:
      return [];
  }
}

/** Quotes that a pattern does not know, around the value of a comparison. */
const OTHER_QUOTES = /=\s*(['‘’“”])([^'‘’“”"]*)['‘’“”]/u;
/** What stands for itself in a pattern of terms. */
const OPERATORS: Record<string, string> = {
  OR: 'a ? before each of the terms of which one is enough',
  AND: 'the terms alone: all of them must be there',
  NOT: 'a - right before the term that must not be there',
};

function doubtsOf({ pattern, path }: Placed): Finding[] {
  if (/^\s*[{[]/.test(pattern)) {
    const [, sign, value] = OTHER_QUOTES.exec(pattern) ?? [];
    if (sign === undefined) return [];
    const message = `${sign} is no quote of a filter pattern, but a part of the value that is compared`;
    return [{ path, message, expected: `"${value}"`, atKey: false }];
  }
  const words = pattern.replace(/"(?:[^"\\]|\\.)*"/g, '""').split(/\s+/);
  const operator = words.length < 2 ? undefined : words.find((word) => Object.hasOwn(OPERATORS, word));
  if (operator === undefined) return [];
  const message = `${operator} is a word that the line must hold, too`;
  return [{ path, message, expected: OPERATORS[operator] ?? '', atKey: false }];
}
