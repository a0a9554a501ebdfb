import type { Captured } from '../config/captured-names.ts';
import type { Condition, FieldsExtractor, Rule, Selector } from '../config/model.ts';
import type { Entry } from './pattern/ast.ts';
import { parsePattern } from './pattern/parse.ts';
import { compileRegex } from './regex.ts';

type Names = Omit<Captured, 'isFieldsEmpty'>;

const NOTHING: Names = { names: [], numberedFrom: Number.POSITIVE_INFINITY };

/**
 * What a rule's `fields` and its selectors capture. Throws a `PatternError` or a `RegexError` where one of them does not
 * compile.
 */
export function fieldNames({ fields, match, when }: Rule): Captured {
  const selectors = [match, ...when.flatMap(({ condition }) => selectorsOf(condition))];
  const byFields = fields === null ? NOTHING : namesOf(fields);
  const all = joined([byFields, ...selectors.map(namesIn)]);
  return { ...all, isFieldsEmpty: fields !== null && isNothing(byFields) };
}

function joined(all: readonly Names[]): Names {
  return {
    names: [...new Set(all.flatMap(({ names }) => names))],
    numberedFrom: Math.min(NOTHING.numberedFrom, ...all.map(({ numberedFrom }) => numberedFrom)),
  };
}

function isNothing({ names, numberedFrom }: Names): boolean {
  return names.length === 0 && numberedFrom === NOTHING.numberedFrom;
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
function namesIn(selector: Selector): Names {
  switch (selector.kind) {
    case 'pattern':
    case 'regex':
      return namesOf(selector);
    case 'all':
    case 'any':
      return joined(selector.of.map(namesIn));
    default:
      return NOTHING;
  }
}

function namesOf(text: FieldsExtractor): Names {
  if (text.kind === 'regex') return { ...NOTHING, names: [...compileRegex(text.source).names] };
  const pattern = parsePattern(text.pattern);
  return pattern.kind === 'delimited' ? delimitedNames(pattern.entries) : NOTHING;
}

/** A field without a name has its number in the line; behind an ellipsis any number may be one that it took. */
function delimitedNames(entries: readonly Entry[]): Names {
  const ellipsis = entries.findIndex(({ kind }) => kind === 'ellipsis');
  const fixed = ellipsis === -1 ? entries : entries.slice(0, ellipsis);
  const numbers = fixed.flatMap((entry, index) =>
    entry.kind === 'field' && entry.name === null ? [`$${index + 1}`] : [],
  );
  const names = entries.flatMap((entry) =>
    entry.kind === 'field' && entry.name !== null ? [entry.name] : [],
  );
  const numberedFrom = ellipsis === -1 ? Number.POSITIVE_INFINITY : ellipsis + 1;
  return { names: [...names, ...numbers], numberedFrom };
}
