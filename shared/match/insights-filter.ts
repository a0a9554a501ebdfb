import type { Rule, Selector } from '../config/model.ts';
import type { JsonCondition, SelectorStep, Term } from './pattern/ast.ts';
import { readNumber } from './pattern/cursor.ts';
import { wildcardCore } from './pattern/operand.ts';
import { parsePattern } from './pattern/parse.ts';
import { readSyntax } from './regex/syntax.ts';

/**
 * What a rule selects, in the words of CloudWatch Logs Insights' `filter` command
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Filter.html). A part that cannot be said
 * there alike is left out where that widens the search, so the filter lets every line through that the rule selects.
 */
interface Said {
  text: string;
  /** It lets through nothing else either, and so may be negated. */
  exact: boolean;
}

/** A longer filter, in characters, is left out: readers and browsers cut long addresses. */
const FILTER_LENGTH_MAX = 400;
/** Any line may pass. */
const ANYTHING = null;

/**
 * The expression of a rule's `match`, for use after `filter`; null where it cannot be narrowed to anything.
 * Throws a `PatternError` where a pattern of the rule is not valid.
 */
export function insightsFilter({ match, fields }: Pick<Rule, 'match' | 'fields'>): string | null {
  // JSON patterns of a rule with `fields` look at what it extracts, which Insights does not know.
  const said = say(match, fields === null);
  return said === ANYTHING || said.text.length > FILTER_LENGTH_MAX ? null : said.text;
}

function say(selector: Selector, jsonIsLine: boolean): Said | null {
  switch (selector.kind) {
    case 'keyword':
      return anyOf(selector.words.map(contains));
    case 'regex':
      return matches(selector.source);
    case 'pattern':
      return sayPattern(selector.pattern, jsonIsLine);
    case 'all':
      return allOf(selector.of.map((part) => say(part, jsonIsLine)));
    case 'any':
      return anyOf(selector.of.map((part) => say(part, jsonIsLine)));
    case 'not':
      return negated(say(selector.selector, jsonIsLine));
    default:
      return ANYTHING;
  }
}

function allOf(parts: readonly (Said | null)[]): Said | null {
  const said = parts.filter((part) => part !== ANYTHING);
  const exact = said.length === parts.length && said.every((part) => part.exact);
  return joined(said, 'and', exact);
}

function anyOf(parts: readonly (Said | null)[]): Said | null {
  const said = parts.filter((part) => part !== ANYTHING);
  if (said.length < parts.length) return ANYTHING;
  return joined(
    said,
    'or',
    said.every((part) => part.exact),
  );
}

function joined(said: readonly Said[], word: 'and' | 'or', exact: boolean): Said | null {
  const [only] = said;
  if (only === undefined) return ANYTHING;
  if (said.length === 1) return { text: only.text, exact };
  return { text: `(${said.map(({ text }) => text).join(` ${word} `)})`, exact };
}

function negated(said: Said | null): Said | null {
  return said?.exact ? { text: `not (${said.text})`, exact: true } : ANYTHING;
}

/** A string of the query language; null where it would hold a control character. */
function quoted(text: string): string | null {
  return /\p{Cc}/u.test(text) ? null : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function contains(text: string): Said | null {
  const string = text === '' ? null : quoted(text);
  return string === null ? ANYTHING : { text: `@message like ${string}`, exact: true };
}

/** Escapes that every dialect reads as RE2 does: Perl's classes, word bounds, and marks. */
const PORTABLE_ESCAPE = /\\(?:[dDsSwWbB]|[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e])/g;
/**
 * What dialects read differently once escapes are gone: flags and names of groups, sets within sets, a set that
 * begins with `]`, a brace that counts nothing, and `+` after a repeat.
 */
const DIALECT = /\\|\p{Cc}|\(\?(?!:)|\[\^?\]|\[[^\]]*(?:\[|&&|--|~~)|\{(?!\d+(?:,\d*)?\})|[*+?}]\+/u;
/** Signs that dialects take a little wider or narrower at the ends of lines, in white space, or without case. */
const LOOSE = /^\(\?i\)|\$|\.|\\[sSwWbB]/;

/** An escape, a set, or the beginning of a named group. */
const NAMED_GROUP = /\\.|\[\^?(?:\\.|[^\]\\])*\]|(\(\?P?<\w+>)/gsu;

function matches(written: string): Said | null {
  if (readSyntax(written) === null) return ANYTHING;
  // Which names its groups have changes nothing in what it matches.
  const source = written.replace(NAMED_GROUP, (found, group) => (group === undefined ? found : '(?:'));
  const rest = source.replace(/^\(\?i\)/, '').replace(PORTABLE_ESCAPE, 'x');
  if (rest === '' || DIALECT.test(rest)) return ANYTHING;
  const delimited = source.replace(/\\.|\//gsu, (found) => (found === '/' ? '\\/' : found));
  return { text: `@message like /${delimited}/`, exact: !LOOSE.test(source) };
}

function sayPattern(text: string, jsonIsLine: boolean): Said | null {
  const pattern = parsePattern(text);
  switch (pattern.kind) {
    case 'terms':
      return sayTerms(pattern.terms);
    case 'regex':
      return matches(pattern.source);
    case 'json':
      return jsonIsLine ? sayJson(pattern.condition) : ANYTHING;
    default:
      return ANYTHING;
  }
}

/** Every `?` term is ignored as soon as any other kind of term is present. */
function sayTerms(terms: readonly Term[]): Said | null {
  const maybe = terms.filter(({ sign }) => sign === 'maybe');
  if (maybe.length === terms.length) return anyOf(maybe.map(({ text }) => contains(text)));
  const firm = terms.filter(({ sign }) => sign !== 'maybe');
  return allOf(firm.map(({ sign, text }) => (sign === 'not' ? negated(contains(text)) : contains(text))));
}

/** Never exact: a line without the field passes neither a comparison of Insights nor, it may be, its negation. */
function sayJson(condition: JsonCondition): Said | null {
  switch (condition.kind) {
    case 'and':
      return allOf(condition.of.map(sayJson));
    case 'or':
      return anyOf(condition.of.map(sayJson));
    case 'compare':
      return sayComparison(condition);
    default:
      return ANYTHING;
  }
}

const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?$/;

function sayComparison({ selector, operator, operand }: JsonCondition & { kind: 'compare' }): Said | null {
  const field = fieldName(selector);
  // `!=` also takes null, of which Insights keeps no field.
  if (field === null || operator === '!=') return ANYTHING;
  if (operand.kind === 'number') {
    const { text } = operand;
    return PLAIN_NUMBER.test(text) ? { text: `${field} ${operator} ${text}`, exact: false } : ANYTHING;
  }
  return operand.kind === 'text' ? sayText(field, operand.text) : ANYTHING;
}

/** Text that reads as another kind of value is left out: Insights would compare it as that. */
function sayText(field: string, operand: string): Said | null {
  const text = wildcardCore(operand);
  if (text === '' || readNumber(text) !== null || /^(?:true|false|null)$/i.test(text)) return ANYTHING;
  const string = quoted(text);
  if (string === null) return ANYTHING;
  return { text: `${field} ${text === operand ? '=' : 'like'} ${string}`, exact: false };
}

const NAME = /^[A-Za-z0-9_-]+$/;
const PLAIN_PATH = /^[A-Za-z_]\w*(?:\.\w+)+$/;

/** The field that Insights discovers for a selector: names and indices with dots between them. */
function fieldName(selector: readonly SelectorStep[]): string | null {
  const [first] = selector;
  if (first?.kind !== 'name') return null;
  const names: string[] = [];
  for (const step of selector) {
    if (step.kind === 'index') names.push(String(step.index));
    else if (step.kind === 'name' && NAME.test(step.name)) names.push(step.name);
    else return null;
  }
  const path = names.join('.');
  // A single name may be a word of the query language.
  return PLAIN_PATH.test(path) ? path : `\`${path}\``;
}
