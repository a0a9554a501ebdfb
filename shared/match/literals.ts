import { BLOCK, BlockTable, type Entry, hashOf } from './block-table.ts';

/**
 * Finds which of many literals occur in a text, in one pass.
 *
 * Up to a few literals, each is looked for in turn. Beyond that, the
 * low bytes of the text are read four at a time: a literal of seven characters or more holds four at a multiple
 * of four wherever it stands, so the four windows of one stretch of it are put into a hash table, and only one
 * position in four is looked up (Wu and Manber's blocks, with a fixed shift). Literals of five or six
 * characters are looked up at every second position. What is found is compared with the whole literal, so low
 * bytes of other scripts only cost time. Cost does not depend on the number of literals, as long as their
 * windows differ; windows are chosen to be rare among all literals.
 */
const FEW = 3;
/** Literals of this length or more are found by every fourth block, shorter ones by every second. */
const LONG = 2 * BLOCK - 1;

/** Finds occurrences of a fixed list of literals; none of them may be empty. */
export class LiteralScanner {
  private readonly gated: readonly Entry[];
  private readonly gate: RegExp | null;
  private readonly every2: BlockTable | null;
  private readonly every4: BlockTable | null;
  private readonly texts: readonly string[];
  private readonly seen: Uint32Array;
  private round = 0;

  constructor(literals: readonly string[]) {
    this.texts = literals.map(flat);
    const all = this.texts.map((text, id) => ({ id, text }));
    const isFew = all.length <= FEW;
    this.gated = all.filter(({ text }) => isFew || text.length <= BLOCK);
    this.gate = this.gated.length > FEW ? alternation(this.gated.map(({ text }) => text)) : null;
    const blocked = all.filter(({ text }) => !isFew && text.length > BLOCK);
    const middle = blocked.filter(({ text }) => text.length < LONG);
    const long = blocked.filter(({ text }) => text.length >= LONG);
    this.every2 = middle.length > 0 ? new BlockTable(middle, 2) : null;
    this.every4 = long.length > 0 ? new BlockTable(long, 4) : null;
    this.seen = new Uint32Array(all.length);
  }

  /** Calls `found` once with the index of each literal that occurs in the text. */
  scan(text: string, found: (id: number) => void): void {
    if (this.gated.length > 0 && (this.gate === null || this.gate.test(text))) {
      for (const { id, text: literal } of this.gated) if (text.includes(literal)) found(id);
    }
    if (!this.every2 && !this.every4) return;
    if (this.round === 0xffffffff) this.restart();
    this.round++;
    const blocks = load(text);
    if (this.every4) this.scanEvery4(this.every4, text, blocks, found);
    if (this.every2) this.scanEvery2(this.every2, text, blocks, found);
  }

  private scanEvery4(table: BlockTable, text: string, blocks: Int32Array, found: (id: number) => void): void {
    const { heads, next, sides, neighbours } = table;
    const count = text.length >> 2;
    for (let index = 0; index < count; index++) {
      let window = heads[hashOf(blocks[index] as number)] as number;
      while (window !== 0) {
        const side = sides[window] as number;
        // The literal would begin before the text if it had a block before the first one.
        if (side === 0 || (index + side >= 0 && blocks[index + side] === neighbours[window])) {
          this.verify(table, window, text, index * BLOCK, found);
        }
        window = next[window] as number;
      }
    }
  }

  private scanEvery2(table: BlockTable, text: string, blocks: Int32Array, found: (id: number) => void): void {
    const { heads } = table;
    const count = text.length >> 2;
    for (let index = 0; index < count; index++) {
      const block = blocks[index] as number;
      const here = heads[hashOf(block)] as number;
      if (here !== 0) this.verifyChain(table, here, text, index * BLOCK, found);
      const middle = (block >>> 16) | ((blocks[index + 1] as number) << 16);
      const between = heads[hashOf(middle)] as number;
      if (between !== 0) this.verifyChain(table, between, text, index * BLOCK + 2, found);
    }
  }

  private verifyChain(
    table: BlockTable,
    head: number,
    text: string,
    at: number,
    found: (id: number) => void,
  ): void {
    for (let window = head; window !== 0; window = table.next[window] as number) {
      this.verify(table, window, text, at, found);
    }
  }

  private verify(
    table: BlockTable,
    window: number,
    text: string,
    at: number,
    found: (id: number) => void,
  ): void {
    const id = table.ids[window] as number;
    if (this.seen[id] === this.round) return;
    if (!standsAt(this.texts[id] ?? '', text, at - (table.offsets[window] as number))) return;
    this.seen[id] = this.round;
    found(id);
  }

  private restart(): void {
    this.seen.fill(0);
    this.round = 0;
  }
}

/** The same text in one piece: comparing with a text that was put together from parts takes a slow path in V8. */
function flat(text: string): string {
  return JSON.parse(JSON.stringify(text));
}

function alternation(literals: readonly string[]): RegExp {
  return new RegExp(literals.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'));
}

/** `startsWith`, from the end: literals of one family differ there, and most comparisons end at once. */
function standsAt(literal: string, text: string, at: number): boolean {
  if (at < 0 || at + literal.length > text.length) return false;
  let index = literal.length - 1;
  while (index >= 0 && text.charCodeAt(at + index) === literal.charCodeAt(index)) index--;
  return index < 0;
}

/** Room for the low bytes of the text at hand, shared because a scan never yields. */
let bytes = Buffer.alloc(1 << 16);
let blocksOfBytes = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
/** Rarely needed room is given back. */
const KEPT_BYTES = 1 << 21;

function load(text: string): Int32Array {
  const needed = text.length + 2 * BLOCK;
  if (needed > bytes.length || (bytes.length > KEPT_BYTES && needed <= KEPT_BYTES)) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(needed, 1 << 16)));
    bytes = Buffer.from(new ArrayBuffer(size));
    blocksOfBytes = new Int32Array(bytes.buffer);
  }
  bytes.write(text, 0, 'latin1');
  return blocksOfBytes;
}
