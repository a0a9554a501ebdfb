import type { Entry, FieldCondition } from './ast.ts';
import { chain } from './chain.ts';
import type { Cursor } from './cursor.ts';

const NAME = /[\p{L}\p{N}_$@-]+(?:\.[\p{L}\p{N}_$@-]+)*/uy;
/** Up to white space, the end of the entry, or a logical operator. */
const BARE = /(?:(?!&&|\|\|)[^\s,\]"])+/y;

/** `[ … ]`: one entry per field of the line; `&&` binds tighter than `||`. */
export function parseDelimited(cursor: Cursor): Entry[] {
  return new DelimitedParser(cursor).parse();
}

class DelimitedParser {
  private readonly cursor: Cursor;
  private readonly open: number;
  /** Fields that conditions name, and where: all of them must exist. */
  private readonly mentioned: { field: string; at: number }[] = [];
  private ellipses = 0;

  constructor(cursor: Cursor) {
    this.cursor = cursor;
    this.open = cursor.at;
  }

  parse(): Entry[] {
    const { cursor } = this;
    const entries: Entry[] = [];
    do {
      cursor.at++;
      entries.push(this.entry());
    } while (cursor.peek() === ',');
    if (cursor.isAtEnd) cursor.fail('this [ is never closed', this.open);
    if (!cursor.take(']')) cursor.fail(`expected , or ], found ${cursor.found()}`);
    cursor.skipSpace();
    if (!cursor.isAtEnd) cursor.fail(`expected nothing after ], found ${cursor.found()}`);
    this.checkMentioned(entries);
    return entries;
  }

  private entry(): Entry {
    const { cursor } = this;
    cursor.skipSpace();
    const start = cursor.at;
    if (cursor.take('...')) return this.ellipsis(start);
    if (this.isAtEntryEnd()) return { kind: 'field', name: null, condition: null };
    const name = this.name();
    cursor.skipSpace();
    if (this.isAtEntryEnd()) return { kind: 'field', name, condition: null };
    cursor.at = start;
    return { kind: 'field', name, condition: this.or() };
  }

  private ellipsis(start: number): Entry {
    this.ellipses++;
    if (this.ellipses > 1) this.cursor.fail('a pattern may hold at most one ...', start);
    this.cursor.skipSpace();
    return { kind: 'ellipsis' };
  }

  private isAtEntryEnd(): boolean {
    return this.cursor.isAtEnd || this.cursor.peek() === ',' || this.cursor.peek() === ']';
  }

  private or(): FieldCondition {
    return chain(this.cursor, 'or', '||', () => chain(this.cursor, 'and', '&&', () => this.condition()));
  }

  private condition(): FieldCondition {
    const { cursor } = this;
    cursor.skipSpace();
    const at = cursor.at;
    const field = this.name();
    this.mentioned.push({ field, at });
    cursor.skipSpace();
    const operator = cursor.operator();
    if (!operator)
      return cursor.fail(`expected =, !=, <, <=, > or >= after ${field}, found ${cursor.found()}`);
    return { kind: 'compare', field, operator, operand: cursor.operand(operator, BARE) };
  }

  private name(): string {
    NAME.lastIndex = this.cursor.at;
    const name = NAME.exec(this.cursor.text)?.[0];
    if (!name) this.cursor.fail(`expected a field name or ..., found ${this.cursor.found()}`);
    this.cursor.at += name.length;
    return name;
  }

  private checkMentioned(entries: Entry[]): void {
    const names = new Set(entries.map((entry) => (entry.kind === 'field' ? entry.name : null)));
    for (const { field, at } of this.mentioned) {
      if (!names.has(field)) this.cursor.fail(`no field of this pattern is named ${field}`, at);
    }
  }
}
