import type { Condition, FieldsExtractor, Rule, Selector } from '../config/model.ts';
import { parsePattern } from './pattern/parse.ts';
import { compileRegex } from './regex.ts';

/**
 * The names that a rule's selectors and its `fields` capture. Fields without a name, `$1` and so on, are not among
 * them. Throws a `PatternError` or a `RegexError` where one of them does not compile.
 */
export function fieldNames({ fields, match, when }: Rule): string[] {
  const selectors = [match, ...when.flatMap(({ condition }) => selectorsOf(condition))];
  return [...(fields === null ? [] : namesOf(fields)), ...selectors.flatMap(namesIn)];
}

function selectorsOf(condition: Condition): Selector[] {
  switch (condition.kind) {
    case 'ratio':
    case 'consecutive':
      return [condition.of];
    case 'absent':
      return condition.until === null ? [] : [condition.until];
    case 'anomaly':
      return condition.over.kind === 'ratio' ? [condition.over.of] : [];
    default:
      return [];
  }
}

/** What is captured counts only where its selector matched positively: `not` captures nothing. */
function namesIn(selector: Selector): string[] {
  switch (selector.kind) {
    case 'pattern':
    case 'regex':
      return namesOf(selector);
    case 'all':
    case 'any':
      return selector.of.flatMap(namesIn);
    default:
      return [];
  }
}

function namesOf(text: FieldsExtractor): string[] {
  if (text.kind === 'regex') return [...compileRegex(text.source).names];
  const pattern = parsePattern(text.pattern);
  if (pattern.kind !== 'delimited') return [];
  return pattern.entries.flatMap((entry) =>
    entry.kind === 'field' && entry.name !== null ? [entry.name] : [],
  );
}
