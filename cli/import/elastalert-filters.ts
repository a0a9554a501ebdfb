/** Elasticsearch's filters, as far as rules of ElastAlert use them, as selectors. */

import { parseQueryString } from './query-string.ts';
import { all, any, compares, equals, reference, type WrittenSelector } from './selectors.ts';
import { isBody, listOf, type Notes } from './translation.ts';

/** All filters of a rule together; null: every event. */
export function selectorOf(filters: unknown, path: string, notes: Notes): WrittenSelector | null {
  const selectors = listOf(filters).flatMap((filter, index) => one(filter, `${path}[${index}]`, notes));
  return all(selectors);
}

const RANGE: Record<string, string> = { gt: '>', gte: '>=', from: '>=', lt: '<', lte: '<=', to: '<=' };

/** The entries of a list, each as one selector. */
function each(filters: unknown, path: string, notes: Notes): WrittenSelector[] {
  return listOf(filters).flatMap((filter) => {
    const selector = all(one(filter, path, notes));
    return selector === null ? [] : [selector];
  });
}

function one(filter: unknown, path: string, notes: Notes): WrittenSelector[] {
  if (!isBody(filter)) return [];
  return Object.entries(filter).flatMap(([kind, value]) => translated(kind, value, `${path}.${kind}`, notes));
}

function translated(kind: string, value: unknown, path: string, notes: Notes): WrittenSelector[] {
  const fields = isBody(value) ? Object.entries(value) : [];
  switch (kind) {
    case 'term':
    case 'match':
    case 'match_phrase':
      return fields.flatMap(([field, wanted]) => typed(field, plain(wanted), path, notes, kind !== 'term'));
    case 'terms':
      return fields.flatMap(([field, wanted]) => any(listOf(wanted).map((entry) => equals(field, entry))));
    case 'prefix':
      return fields.map(([field, wanted]) => compares(field, '=', `${String(plain(wanted))}*`));
    case 'wildcard':
      return fields.map(([field, wanted]) => compares(field, '=', plain(wanted)));
    case 'range':
      return fields.flatMap(([field, bounds]) => range(field, bounds, path, notes));
    case 'exists':
      return fields.map(([, field]) => ({ not: `{ ${reference(String(field))} NOT EXISTS }` }));
    case 'bool':
      return bool(value, path, notes);
    case 'not':
      return each(value, path, notes).map((selector) => ({ not: selector }));
    case 'and':
    case 'or': {
      const inner = each(value, path, notes);
      return kind === 'and' ? inner : any(inner);
    }
    case 'query':
      return one(value, path, notes);
    case 'query_string':
      return queryString(isBody(value) ? value.query : value, path, notes);
    default:
      notes.add(path, 'is a filter that is not translated: more events count than should');
      return [];
  }
}

/** `{ value: x }` or `{ query: x }` around the value. */
function plain(value: unknown): unknown {
  return isBody(value) ? (value.value ?? value.query) : value;
}

function typed(
  field: string,
  value: unknown,
  path: string,
  notes: Notes,
  isPart: boolean,
): WrittenSelector[] {
  if (field === '_type' || field === 'type.value') {
    notes.add(path, `${field} is Elasticsearch's own: choose the log groups instead`);
    return [];
  }
  return [isPart && typeof value === 'string' ? compares(field, '=', `*${value}*`) : equals(field, value)];
}

function range(field: string, bounds: unknown, path: string, notes: Notes): WrittenSelector[] {
  return Object.entries(isBody(bounds) ? bounds : {}).flatMap(([bound, limit]) => {
    const operator = RANGE[bound];
    if (operator !== undefined && !Number.isNaN(Number(limit)))
      return [compares(field, operator, Number(limit))];
    notes.add(`${path}.${field}.${bound}`, 'is a bound that is not translated, for it is no number');
    return [];
  });
}

function bool(value: unknown, path: string, notes: Notes): WrittenSelector[] {
  if (!isBody(value)) return [];
  const inner = (key: string) => each(value[key], `${path}.${key}`, notes);
  const excluded = inner('must_not').map((selector) => ({ not: selector }));
  return [...inner('must'), ...inner('filter'), ...any(inner('should')), ...excluded];
}

function queryString(query: unknown, path: string, notes: Notes): WrittenSelector[] {
  const selector = parseQueryString(String(query));
  if (selector !== null) return [selector];
  notes.add(path, `the query ${JSON.stringify(query)} is not translated: more events count than should`);
  return [];
}
