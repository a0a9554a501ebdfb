/**
 * Lucene's query strings as Elasticsearch takes them: terms, phrases, fields, comparisons, ranges, AND, OR, NOT, + and -,
 * parentheses. Terms beside each other are alternatives (its default operator is OR).
 */
import { all, any, compares, equals, reference, type WrittenSelector } from './selectors.ts';

const TOKEN =
  /\s*(\(|\)|&&|\|\||[+!-](?=\S)|(?:[\w.@\\*-]+:\s*)?(?:"(?:[^"\\]|\\.)*"|[[{][^\]}]*[\]}]|[<>]=?\s*[^\s()]+|[^\s()":]+))/y;

/** null where it is no such query, or uses more of the language. */
export function parseQueryString(query: string): WrittenSelector | null {
  const tokens = tokensOf(query);
  if (tokens === null || tokens.length === 0) return null;
  const parser = new Parser(tokens);
  const selector = parser.alternatives();
  return parser.isDone ? selector : null;
}

function tokensOf(query: string): string[] | null {
  const text = query.trim();
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) return null;
    tokens.push(token);
  }
  return tokens;
}

class Parser {
  readonly #tokens: string[];
  #at = 0;

  constructor(tokens: string[]) {
    this.#tokens = tokens;
  }

  get isDone(): boolean {
    return this.#at === this.#tokens.length;
  }

  alternatives(): WrittenSelector | null {
    const parts: WrittenSelector[] = [];
    do {
      const part = this.#conjunction();
      if (part === null) return null;
      parts.push(part);
    } while (this.#take('OR') || this.#take('||') || this.#beginsTerm());
    return any(parts)[0] ?? null;
  }

  #conjunction(): WrittenSelector | null {
    const parts: WrittenSelector[] = [];
    do {
      const part = this.#negation();
      if (part === null) return null;
      parts.push(part);
    } while (this.#take('AND') || this.#take('&&') || this.#next() === '-' || this.#next() === 'NOT');
    return all(parts);
  }

  #negation(): WrittenSelector | null {
    if (this.#take('NOT') || this.#take('!') || this.#take('-')) {
      const inner = this.#negation();
      return inner === null ? null : { not: inner };
    }
    this.#take('+');
    if (!this.#take('(')) return this.#term();
    const inner = this.alternatives();
    return this.#take(')') ? inner : null;
  }

  #term(): WrittenSelector | null {
    const token = this.#next();
    if (token === undefined || token === ')') return null;
    this.#at += 1;
    const [, field, value] = /^([\w.@\\-]+):\s*([\s\S]*)$/.exec(token) ?? [undefined, null, token];
    if (field === null || field === undefined) return word(value ?? '');
    return value === '' ? null : fieldIs(field, value ?? '');
  }

  #next(): string | undefined {
    return this.#tokens[this.#at];
  }

  #beginsTerm(): boolean {
    const token = this.#next();
    return token !== undefined && token !== ')';
  }

  #take(token: string): boolean {
    if (this.#next() !== token) return false;
    this.#at += 1;
    return true;
  }
}

function unquoted(text: string): string {
  const inner = /^"([\s\S]*)"$/.exec(text)?.[1] ?? text;
  return inner.replace(/\\(.)/g, '$1');
}

/** A word without a field is looked for in the whole line. */
function word(text: string): WrittenSelector | null {
  const plain = unquoted(text).replace(/^\*+|\*+$/g, '');
  return plain === '' || /[*?~^]/.test(plain) ? null : { keyword: plain };
}

function fieldIs(field: string, text: string): WrittenSelector | null {
  if (field === '_exists_') return { not: `{ ${reference(unquoted(text))} NOT EXISTS }` };
  const [, operator, bound] = /^([<>]=?)\s*(.+)$/.exec(text) ?? [];
  if (operator !== undefined)
    return Number.isNaN(Number(bound)) ? null : compares(field, operator, Number(bound));
  if (/^[[{]/.test(text)) return range(field, text);
  const value = unquoted(text);
  const isNumber = !text.startsWith('"') && value !== '' && !Number.isNaN(Number(value));
  return equals(field, isNumber ? Number(value) : value);
}

/** `[a TO b]`, `{a TO b}`: with the ends or without them, `*` for no end. */
function range(field: string, text: string): WrittenSelector | null {
  const [, open, from, to, close] = /^([[{])\s*(\S+)\s+TO\s+(\S+?)\s*([\]}])$/.exec(text) ?? [];
  if (from === undefined || to === undefined) return null;
  const bounds: [string, string][] = [
    [open === '[' ? '>=' : '>', from],
    [close === ']' ? '<=' : '<', to],
  ];
  const given = bounds.filter(([, bound]) => bound !== '*');
  if (given.some(([, bound]) => Number.isNaN(Number(bound)))) return null;
  return all(given.map(([operator, bound]) => compares(field, operator, Number(bound))));
}
