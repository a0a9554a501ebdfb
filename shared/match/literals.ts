/**
 * Finds which of many literals occur in a text, in one pass.
 *
 * Up to a few literals, one alternation tells whether any occurs, and each is then looked for. Beyond that, the
 * low bytes of the text are read four at a time: a literal of seven characters or more holds four at a multiple
 * of four wherever it stands, so the four windows of one stretch of it are put into a hash table, and only one
 * position in four is looked up (Wu and Manber's blocks, with a fixed shift). Literals of five or six
 * characters are looked up at every second position. What is found is compared with the whole literal, so low
 * bytes of other scripts only cost time. Cost does not depend on the number of literals, as long as their
 * windows differ; windows are chosen to be rare among all literals.
 */
const FEW = 16;
const TABLE_BITS = 16;
const HASH = 0x9e3779b1;
const BLOCK = 4;

interface Window {
  id: number;
  text: string;
  /** Where in the literal the block begins. */
  offset: number;
}

/** Finds occurrences of a fixed list of literals; none of them may be empty. */
export class LiteralScanner {
  private readonly gated: { id: number; text: string }[];
  private readonly gate: RegExp | null;
  private readonly every2: BlockTable | null;
  private readonly every4: BlockTable | null;
  private readonly seen: Uint32Array;
  private round = 0;

  constructor(literals: readonly string[]) {
    const all = literals.map((text, id) => ({ id, text }));
    const isFew = all.length <= FEW;
    this.gated = all.filter(({ text }) => isFew || text.length < BLOCK + 1);
    this.gate = this.gated.length > 0 ? alternation(this.gated.map(({ text }) => text)) : null;
    const blocked = all.filter(({ text }) => !isFew && text.length > BLOCK);
    const middle = blocked.filter(({ text }) => text.length < BLOCK + 3);
    const long = blocked.filter(({ text }) => text.length >= BLOCK + 3);
    this.every2 = middle.length > 0 ? new BlockTable(middle, 2) : null;
    this.every4 = long.length > 0 ? new BlockTable(long, 4) : null;
    this.seen = new Uint32Array(all.length);
  }

  /** Calls `found` once with the index of each literal that occurs in the text. */
  scan(text: string, found: (id: number) => void): void {
    if (this.gate?.test(text)) {
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
    const { slots } = table;
    const count = text.length >> 2;
    for (let index = 0; index < count; index++) {
      const slot = slots[Math.imul(blocks[index] ?? 0, HASH) >>> (32 - TABLE_BITS)] ?? 0;
      if (slot !== 0) this.verify(table.windows[slot], text, index * BLOCK, found);
    }
  }

  private scanEvery2(table: BlockTable, text: string, blocks: Int32Array, found: (id: number) => void): void {
    const { slots } = table;
    const count = text.length >> 2;
    for (let index = 0; index < count; index++) {
      const block = blocks[index] ?? 0;
      const slot = slots[Math.imul(block, HASH) >>> (32 - TABLE_BITS)] ?? 0;
      if (slot !== 0) this.verify(table.windows[slot], text, index * BLOCK, found);
      const middle = (block >>> 16) | ((blocks[index + 1] ?? 0) << 16);
      const between = slots[Math.imul(middle, HASH) >>> (32 - TABLE_BITS)] ?? 0;
      if (between !== 0) this.verify(table.windows[between], text, index * BLOCK + 2, found);
    }
  }

  private verify(windows: Window[] | undefined, text: string, at: number, found: (id: number) => void): void {
    if (!windows) return;
    for (const { id, text: literal, offset } of windows) {
      if (this.seen[id] === this.round || !text.startsWith(literal, at - offset)) continue;
      if (at < offset) continue;
      this.seen[id] = this.round;
      found(id);
    }
  }

  private restart(): void {
    this.seen.fill(0);
    this.round = 0;
  }
}

function alternation(literals: readonly string[]): RegExp {
  return new RegExp(literals.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'));
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

/** Blocks of four low bytes, hashed, with the windows of literals that hold them. */
class BlockTable {
  /** Index into `windows`; 0 is none. */
  readonly slots = new Uint16Array(1 << TABLE_BITS);
  readonly windows: Window[][] = [[]];

  /** `stride`: every such position of a text is looked up. */
  constructor(literals: readonly { id: number; text: string }[], stride: number) {
    const frequency = new Uint32Array(1 << TABLE_BITS);
    for (const { text } of literals) {
      for (let at = 0; at + BLOCK <= text.length; at++) count(frequency, hashAt(text, at));
    }
    for (const literal of literals) {
      const start = rarestStretch(literal.text, stride, frequency);
      for (let offset = start; offset < start + stride; offset++) this.add({ ...literal, offset });
    }
  }

  private add(window: Window): void {
    const hash = hashAt(window.text, window.offset);
    const slot = this.slots[hash] ?? 0;
    if (slot !== 0) this.windows[slot]?.push(window);
    else if (this.windows.length <= 0xffff) this.slots[hash] = this.windows.push([window]) - 1;
  }
}

function count(frequency: Uint32Array, hash: number): void {
  frequency[hash] = (frequency[hash] ?? 0) + 1;
}

function rarestStretch(text: string, stride: number, frequency: Uint32Array): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let start = 0; start + stride - 1 + BLOCK <= text.length; start++) {
    let sum = 0;
    for (let at = start; at < start + stride; at++) sum += frequency[hashAt(text, at)] ?? 0;
    if (sum < least) [best, least] = [start, sum];
  }
  return best;
}

function hashAt(text: string, at: number): number {
  const low = (index: number): number => text.charCodeAt(at + index) & 0xff;
  const block = low(0) | (low(1) << 8) | (low(2) << 16) | (low(3) << 24);
  return Math.imul(block, HASH) >>> (32 - TABLE_BITS);
}
