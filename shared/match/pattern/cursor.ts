import { compileRegex, RegexError } from '../regex.ts';
import { type CompareOperator, type Operand, PatternError } from './ast.ts';

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const REGEX_CHARACTER = /^[A-Za-z0-9 :_#=@/;,\-^$?[\]{}|\\*+.]$/;
const REGEX_ESCAPE = /^\\(?:[dDsSwW]|x[0-9A-Fa-f]{2}|[^A-Za-z0-9\s])/;

/** A position in a pattern, and what the three notations read alike: operators, operands, quotes, regexes. */
export class Cursor {
  readonly text: string;
  at = 0;
  private regexes = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  peek(): string {
    return this.text[this.at] ?? '';
  }

  skipSpace(): void {
    while (/\s/.test(this.peek())) this.at++;
  }

  take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  fail(message: string, position: number = this.at): never {
    throw new PatternError(message, position);
  }

  /** What stands at the cursor, for messages. */
  found(): string {
    const code = this.text.codePointAt(this.at);
    return code === undefined ? 'the end of the pattern' : `"${String.fromCodePoint(code)}"`;
  }

  /** `"…"`, where `\"` is a quote and `\\` a backslash. */
  quoted(): string {
    const start = this.at++;
    let text = '';
    while (this.peek() !== '"') {
      if (this.isAtEnd) this.fail('this quote is never closed', start);
      if (this.peek() === '\\' && /["\\]/.test(this.text[this.at + 1] ?? '')) this.at++;
      text += this.text[this.at++];
    }
    this.at++;
    return text;
  }

  /** `%…%`, checked against what CloudWatch allows inside. */
  regex(): string {
    const start = this.at++;
    const end = this.text.indexOf('%', this.at);
    if (end < 0) this.fail('this % opens a regular expression that is never closed', start);
    const source = this.text.slice(this.at, end);
    if (source === '') this.fail('the regular expression is empty', start);
    this.checkCharacters(end);
    this.at = end + 1;
    try {
      compileRegex(source);
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      this.fail(`invalid regular expression: ${error.message}`, start + 1 + (error.position ?? 0));
    }
    return source;
  }

  private checkCharacters(end: number): void {
    while (this.at < end) {
      const escaped = REGEX_ESCAPE.exec(this.text.slice(this.at, Math.min(end, this.at + 4)));
      if (escaped) {
        this.at += escaped[0].length;
        continue;
      }
      if (!REGEX_CHARACTER.test(this.peek()) || this.peek() === '\\') {
        this.fail(`${this.found()} is not allowed in a filter pattern's regular expression`);
      }
      this.at++;
    }
  }

  operator(): CompareOperator | null {
    for (const operator of ['!=', '<=', '>=', '=', '<', '>'] as const)
      if (this.take(operator)) return operator;
    return null;
  }

  /** The right side of a comparison; `bare` matches an unquoted word at the cursor (sticky). */
  operand(operator: CompareOperator, bare: RegExp): Operand {
    this.skipSpace();
    const start = this.at;
    const operand = this.anyOperand(bare);
    if (operator !== '=' && operator !== '!=' && operand.kind !== 'number') {
      this.fail(`${operator} compares numbers only`, start);
    }
    return operand;
  }

  private anyOperand(bare: RegExp): Operand {
    if (this.peek() === '"') return { kind: 'text', text: this.quoted() };
    if (this.peek() === '%') {
      this.regexes++;
      if (this.regexes > 2) this.fail('a pattern may hold at most two regular expressions');
      return { kind: 'regex', source: this.regex() };
    }
    bare.lastIndex = this.at;
    const word = bare.exec(this.text)?.[0];
    if (!word) this.fail(`expected a value, found ${this.found()}`);
    this.at += word.length;
    return NUMBER.test(word)
      ? { kind: 'number', value: Number(word), text: word }
      : { kind: 'text', text: word };
  }
}

/** A number as the language writes it; null for any other text. */
export function readNumber(text: string): number | null {
  if (text.length > 400) return null;
  const trimmed = text.trim();
  return NUMBER.test(trimmed) ? Number(trimmed) : null;
}
