/** Where a field of a space-delimited line lies; `end` excludes, quotes and brackets are left out. */
export interface FieldSpan {
  /** Where the field begins in the line, its quote included. */
  at: number;
  start: number;
  end: number;
}

const SPACE = 0x20;
const QUOTE = 0x22;
const OPEN = 0x5b;

/**
 * Splits a line at spaces; text in `"…"` or `[…]` that ends before a space is one field. Linear: the next closing
 * character is looked for once and remembered, however many opening ones come before it.
 */
export class FieldReader {
  private readonly line: string;
  private at = 0;
  private nextQuote = -1;
  private nextBracket = -1;

  constructor(line: string) {
    this.line = line;
  }

  /** The next field, or null at the end of the line. */
  next(): FieldSpan | null {
    while (this.line.charCodeAt(this.at) === SPACE) this.at++;
    if (this.at >= this.line.length) return null;
    const at = this.at;
    const close = this.closing(at);
    if (close >= 0) {
      this.at = close + 1;
      return { at, start: at + 1, end: close };
    }
    const space = this.line.indexOf(' ', at);
    this.at = space < 0 ? this.line.length : space;
    return { at, start: at, end: this.at };
  }

  private closing(at: number): number {
    const opening = this.line.charCodeAt(at);
    if (opening === QUOTE) {
      if (this.nextQuote <= at) this.nextQuote = this.find('"', at + 1);
      return this.endsField(this.nextQuote) ? this.nextQuote : -1;
    }
    if (opening !== OPEN) return -1;
    if (this.nextBracket <= at) this.nextBracket = this.find(']', at + 1);
    return this.endsField(this.nextBracket) ? this.nextBracket : -1;
  }

  private find(char: string, from: number): number {
    const found = this.line.indexOf(char, from);
    return found < 0 ? this.line.length : found;
  }

  private endsField(close: number): boolean {
    if (close >= this.line.length) return false;
    return close + 1 === this.line.length || this.line.charCodeAt(close + 1) === SPACE;
  }
}
