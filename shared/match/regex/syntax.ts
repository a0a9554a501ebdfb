import {
  type Charset,
  DIGITS,
  foldAscii,
  MAX_CODE_POINT,
  NOT_NEWLINE,
  negate,
  normalise,
  SPACES,
  WORD,
} from './charset.ts';

/**
 * The shape of a regular expression, as far as this reader understands RE2's syntax
 * (https://github.com/google/re2/wiki/Syntax). re2js remains the judge of validity; what is not understood here
 * simply gains no speed.
 */
export type Node =
  /** One code point out of a set. */
  | { kind: 'class'; set: Charset }
  | { kind: 'assert'; which: '^' | '$' | 'b' | 'B' }
  | { kind: 'group'; name: string | null; node: Node }
  | { kind: 'concat'; items: Node[] }
  | { kind: 'alternation'; options: Node[] }
  | { kind: 'repeat'; node: Node; min: number; max: number; lazy: boolean };

class NotUnderstood extends Error {}

const PERL: Record<string, Charset> = {
  d: DIGITS,
  D: negate(DIGITS),
  s: SPACES,
  S: negate(SPACES),
  w: WORD,
  W: negate(WORD),
};
const CONTROL: Record<string, number> = { n: 0x0a, t: 0x09, r: 0x0d, f: 0x0c, v: 0x0b, a: 0x07 };
const PUNCTUATION = /^[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]$/;
const REPEAT = /^(?:[*+?]|\{(\d{1,4})(?:(,)(\d{0,4}))?\})(\??)/;
/** Deeper nesting is not read: recursion must end on hostile sources. */
const MAX_DEPTH = 50;

/** The tree of a regular expression that re2js accepts; null where it uses something this reader leaves alone. */
export function readSyntax(source: string): Node | null {
  try {
    return new Reader(source).read();
  } catch (error) {
    if (error instanceof NotUnderstood) return null;
    throw error;
  }
}

class Reader {
  private readonly source: string;
  private at = 0;
  private depth = 0;
  private readonly fold: boolean;

  constructor(source: string) {
    this.fold = source.startsWith('(?i)');
    this.source = this.fold ? source.slice(4) : source;
  }

  read(): Node {
    const node = this.alternation();
    if (this.at < this.source.length) throw new NotUnderstood();
    return node;
  }

  private alternation(): Node {
    this.depth++;
    if (this.depth > MAX_DEPTH) throw new NotUnderstood();
    const options = [this.concatenation()];
    while (this.take('|')) options.push(this.concatenation());
    this.depth--;
    const [only] = options;
    return options.length === 1 && only ? only : { kind: 'alternation', options };
  }

  private concatenation(): Node {
    const items: Node[] = [];
    while (this.at < this.source.length && this.peek() !== '|' && this.peek() !== ')') {
      items.push(this.repeated(this.atom()));
    }
    return { kind: 'concat', items };
  }

  private repeated(node: Node): Node {
    const match = REPEAT.exec(this.source.slice(this.at, this.at + 16));
    if (!match) return node;
    if (node.kind === 'assert') throw new NotUnderstood();
    this.at += match[0].length;
    if (REPEAT.test(this.source.slice(this.at, this.at + 16))) throw new NotUnderstood();
    const [min, max] = bounds(match);
    return { kind: 'repeat', node, min, max, lazy: match[4] === '?' };
  }

  private atom(): Node {
    const char = this.next();
    switch (char) {
      case '(':
        return this.group();
      case '[':
        return { kind: 'class', set: this.bracket() };
      case '\\':
        return this.escape();
      case '.':
        return { kind: 'class', set: NOT_NEWLINE };
      case '^':
      case '$':
        return { kind: 'assert', which: char };
      case '*':
      case '+':
      case '?':
        throw new NotUnderstood();
      default:
        return { kind: 'class', set: this.folded(single(char)) };
    }
  }

  private group(): Node {
    let name: string | null = null;
    if (this.take('?')) {
      const opening = /^(?::|P?<([A-Za-z_]\w*)>)/.exec(this.source.slice(this.at, this.at + 80));
      if (!opening) throw new NotUnderstood();
      this.at += opening[0].length;
      name = opening[1] ?? null;
    }
    const node = this.alternation();
    if (!this.take(')')) throw new NotUnderstood();
    return { kind: 'group', name, node };
  }

  private escape(): Node {
    const char = this.peek();
    if (char === 'b' || char === 'B') {
      this.at++;
      return { kind: 'assert', which: char };
    }
    return { kind: 'class', set: this.escapedSet() };
  }

  /** After a backslash: a Perl class or one code point. */
  private escapedSet(): Charset {
    const char = this.next();
    const perl = PERL[char];
    if (perl) {
      // \w and its complement grow under (?i); they are left to re2js.
      if (this.fold && (char === 'w' || char === 'W')) throw new NotUnderstood();
      return perl;
    }
    const control = CONTROL[char];
    if (control !== undefined) return [[control, control]];
    if (char === 'x') return this.folded(this.hexadecimal());
    if (PUNCTUATION.test(char)) return single(char);
    throw new NotUnderstood();
  }

  private hexadecimal(): Charset {
    const match = /^(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/.exec(
      this.source.slice(this.at, this.at + 8),
    );
    if (!match) throw new NotUnderstood();
    this.at += match[0].length;
    const code = Number.parseInt(match[1] ?? match[2] ?? '', 16);
    if (code > MAX_CODE_POINT) throw new NotUnderstood();
    return [[code, code]];
  }

  private bracket(): Charset {
    const negated = this.take('^');
    const ranges: (readonly [number, number])[] = [];
    for (let first = true; first || this.peek() !== ']'; first = false) {
      const low = this.bracketItem();
      const range = this.peek() === '-' && this.source[this.at + 1] !== ']' ? this.rangeFrom(low) : low;
      ranges.push(...range);
    }
    this.at++;
    const set = this.folded(normalise(ranges));
    return negated ? negate(set) : set;
  }

  private rangeFrom(low: Charset): Charset {
    this.at++;
    const high = this.bracketItem();
    const [start, end] = [low[0]?.[0], high[0]?.[0]];
    const codes = [...low, ...high];
    if (start === undefined || end === undefined || start > end || codes.some(([a, b]) => a !== b)) {
      throw new NotUnderstood();
    }
    return [[start, end]];
  }

  private bracketItem(): Charset {
    const char = this.next();
    if (char === '\\') return this.escapedSet();
    if (char === '[' && this.peek() === ':') throw new NotUnderstood();
    return single(char);
  }

  private folded(set: Charset): Charset {
    if (!this.fold) return set;
    // Perl complements reach here inside brackets and hold no ASCII only: left to re2js.
    const folded = foldAscii(set);
    if (!folded) throw new NotUnderstood();
    return folded;
  }

  private peek(): string {
    return this.source[this.at] ?? '';
  }

  private next(): string {
    const code = this.source.codePointAt(this.at);
    if (code === undefined) throw new NotUnderstood();
    const char = String.fromCodePoint(code);
    this.at += char.length;
    return char;
  }

  private take(char: string): boolean {
    if (this.source[this.at] !== char) return false;
    this.at++;
    return true;
  }
}

function single(char: string): Charset {
  const code = char.codePointAt(0) ?? 0;
  return [[code, code]];
}

function bounds(match: RegExpExecArray): [number, number] {
  if (match[0].startsWith('*')) return [0, Number.POSITIVE_INFINITY];
  if (match[0].startsWith('+')) return [1, Number.POSITIVE_INFINITY];
  if (match[0].startsWith('?')) return [0, 1];
  const min = Number(match[1]);
  if (!match[2]) return [min, min];
  return [min, match[3] ? Number(match[3]) : Number.POSITIVE_INFINITY];
}
