const SPACE = 0x20;
const QUOTE = 0x22;
const OPEN = 0x5b;

/**
 * Splits a line at spaces; text in `"…"` or `[…]` that ends before a space is one field. Linear: the next closing
 * character is looked for once and remembered, however many opening ones come before it.
 */
export class FieldReader {
  /** The field that was read last: where it begins, its quote included, and its text without quotes. */
  at = 0;
  start = 0;
  end = 0;
  private readonly line: string;
  private position = 0;
  private nextQuote = -1;
  private nextBracket = -1;

  constructor(line: string) {
    this.line = line;
  }

  /** Reads the next field; false at the end of the line. */
  next(): boolean {
    while (this.line.charCodeAt(this.position) === SPACE) this.position++;
    if (this.position >= this.line.length) return false;
    this.at = this.position;
    const close = this.closing(this.at);
    if (close >= 0) {
      this.start = this.at + 1;
      this.end = close;
      this.position = close + 1;
      return true;
    }
    const space = this.line.indexOf(' ', this.at);
    this.position = space < 0 ? this.line.length : space;
    this.start = this.at;
    this.end = this.position;
    return true;
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
