import type { JsonCondition, SelectorStep } from './ast.ts';
import { chain } from './chain.ts';
import type { Cursor } from './cursor.ts';

const BARE = /[^\s(){}[\]"%=<>!&|,]+/y;
const NAME = /[\p{L}\p{N}_@#-]+/uy;
const INDEX = /\d{1,9}/y;
const KEYWORD = /[A-Za-z]+/y;
const MAX_DEPTH = 100;

/** `{ … }`: precedence `() > && > ||`. */
export function parseJson(cursor: Cursor): JsonCondition {
  const open = cursor.at++;
  const condition = new JsonParser(cursor).or();
  cursor.skipSpace();
  if (cursor.isAtEnd) cursor.fail('this { is never closed', open);
  if (!cursor.take('}')) cursor.fail(`expected &&, || or }, found ${cursor.found()}`);
  cursor.skipSpace();
  if (!cursor.isAtEnd) cursor.fail(`expected nothing after }, found ${cursor.found()}`);
  return condition;
}

class JsonParser {
  private readonly cursor: Cursor;
  private depth = 0;
  private wildcards = 0;

  constructor(cursor: Cursor) {
    this.cursor = cursor;
  }

  or(): JsonCondition {
    return chain(this.cursor, 'or', '||', () => this.and());
  }

  private and(): JsonCondition {
    return chain(this.cursor, 'and', '&&', () => this.atom());
  }

  private atom(): JsonCondition {
    this.cursor.skipSpace();
    const open = this.cursor.at;
    if (!this.cursor.take('(')) return this.condition();
    this.depth++;
    if (this.depth > MAX_DEPTH) this.cursor.fail(`parentheses are nested deeper than ${MAX_DEPTH}`, open);
    const inner = this.or();
    this.depth--;
    this.cursor.skipSpace();
    if (this.cursor.isAtEnd || this.cursor.peek() === '}') this.cursor.fail('this ( is never closed', open);
    if (!this.cursor.take(')')) this.cursor.fail(`expected &&, || or ), found ${this.cursor.found()}`);
    return inner;
  }

  private condition(): JsonCondition {
    const selector = this.selector();
    this.cursor.skipSpace();
    const operator = this.cursor.operator();
    if (operator) {
      return { kind: 'compare', selector, operator, operand: this.cursor.operand(operator, BARE) };
    }
    const start = this.cursor.at;
    const first = this.keyword();
    if (first === 'IS') return this.is(selector);
    if (first === 'NOT' && this.keyword() === 'EXISTS') return { kind: 'notExists', selector };
    return this.failOperator(start, first);
  }

  private failOperator(start: number, word: string): never {
    const found = word === '' ? this.cursor.found() : `"${word}"`;
    return this.cursor.fail(`expected =, !=, <, <=, >, >=, IS or NOT EXISTS, found ${found}`, start);
  }

  private is(selector: SelectorStep[]): JsonCondition {
    const start = this.cursor.at;
    const value = this.keyword();
    if (value === 'NULL' || value === 'TRUE' || value === 'FALSE') return { kind: 'is', selector, value };
    const hint = value === 'NOT' ? ' (IS NOT does not exist in this language)' : '';
    return this.cursor.fail(`expected NULL, TRUE or FALSE after IS${hint}`, this.firstInk(start));
  }

  private firstInk(start: number): number {
    return start + (/^\s*/.exec(this.cursor.text.slice(start))?.[0].length ?? 0);
  }

  private keyword(): string {
    this.cursor.skipSpace();
    KEYWORD.lastIndex = this.cursor.at;
    const word = KEYWORD.exec(this.cursor.text)?.[0] ?? '';
    this.cursor.at += word.length;
    return word;
  }

  private selector(): SelectorStep[] {
    const start = this.cursor.at;
    if (!this.cursor.take('$')) {
      this.cursor.fail(`expected a selector such as $.name, found ${this.cursor.found()}`);
    }
    const steps: SelectorStep[] = [];
    while (this.cursor.peek() === '.' || this.cursor.peek() === '[') steps.push(this.step());
    if (steps.length === 0) this.cursor.fail('a selector needs a property after $', this.cursor.at);
    this.countWildcards(steps, start);
    return steps;
  }

  private countWildcards(steps: SelectorStep[], start: number): void {
    const count = steps.filter(({ kind }) => kind === 'anyName' || kind === 'anyIndex').length;
    if (count > 1) this.cursor.fail('a selector may hold at most one wildcard', start);
    this.wildcards += count;
    if (this.wildcards > 3) this.cursor.fail('a pattern may hold at most three wildcards', start);
  }

  private step(): SelectorStep {
    const dotted = this.cursor.take('.');
    if (this.cursor.take('[')) return this.bracket();
    if (dotted && this.cursor.take('*')) return { kind: 'anyName' };
    NAME.lastIndex = this.cursor.at;
    const name = NAME.exec(this.cursor.text)?.[0];
    if (!name) this.cursor.fail(`expected a property name, found ${this.cursor.found()}`);
    this.cursor.at += name.length;
    return { kind: 'name', name };
  }

  private bracket(): SelectorStep {
    const open = this.cursor.at - 1;
    const step = this.bracketStep();
    if (!this.cursor.take(']')) {
      if (this.cursor.isAtEnd) this.cursor.fail('this [ is never closed', open);
      this.cursor.fail(`expected ], found ${this.cursor.found()}`);
    }
    return step;
  }

  private bracketStep(): SelectorStep {
    if (this.cursor.take('*')) return { kind: 'anyIndex' };
    const quote = this.cursor.peek();
    if (quote === "'" || quote === '"') return { kind: 'name', name: this.key(quote) };
    INDEX.lastIndex = this.cursor.at;
    const index = INDEX.exec(this.cursor.text)?.[0];
    if (!index) this.cursor.fail(`expected an index, * or a quoted key, found ${this.cursor.found()}`);
    this.cursor.at += index.length;
    return { kind: 'index', index: Number(index) };
  }

  private key(quote: string): string {
    const start = this.cursor.at++;
    let key = '';
    while (this.cursor.peek() !== quote) {
      if (this.cursor.isAtEnd) this.cursor.fail('this quote is never closed', start);
      if (this.cursor.peek() === '\\' && /['"\\]/.test(this.cursor.text[this.cursor.at + 1] ?? ''))
        this.cursor.at++;
      key += this.cursor.text[this.cursor.at++];
    }
    this.cursor.at++;
    return key;
  }
}
