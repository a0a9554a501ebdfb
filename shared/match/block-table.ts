/** Characters, by their low bytes, that are looked up at once. */
export const BLOCK = 4;
const TABLE_BITS = 16;
const HASH = 0x9e3779b1;

/** A literal by its place in a list. */
export interface Entry {
  id: number;
  text: string;
}

/**
 * Blocks of literals by hash. Each literal is entered with as many neighbouring blocks as the stride, so that one
 * of them is met wherever the literal stands in a text of which every stride-th block is looked up. Windows of
 * one hash form a chain; columns of numbers keep the chain in the processor's cache.
 */
export class BlockTable {
  /** First window of the chain of a hash; 0 is none. */
  readonly heads: Uint16Array | Uint32Array;
  readonly next: Uint16Array | Uint32Array;
  /** Id of the window's literal. */
  readonly ids: Uint32Array;
  /** Where in its literal the block begins. */
  readonly offsets: Uint32Array;
  /** Where another block of the literal lies, in blocks: after (1), before (-1), or nowhere (0). */
  readonly sides: Int8Array;
  readonly neighbours: Int32Array;
  private size = 1;

  constructor(literals: readonly Entry[], stride: number) {
    const capacity = literals.length * stride + 1;
    const Column = capacity > 0x10000 ? Uint32Array : Uint16Array;
    this.heads = new Column(1 << TABLE_BITS);
    this.next = new Column(capacity);
    this.ids = new Uint32Array(capacity);
    this.offsets = new Uint32Array(capacity);
    this.sides = new Int8Array(capacity);
    this.neighbours = new Int32Array(capacity);
    const frequency = countBlocks(literals);
    for (const literal of literals) {
      const start = cheapestStretch(literal.text, stride, frequency);
      for (let offset = start; offset < start + stride; offset++) this.add(literal, offset);
    }
  }

  private add({ id, text }: Entry, offset: number): void {
    const window = this.size++;
    const hash = hashOf(blockAt(text, offset));
    this.next[window] = this.heads[hash] ?? 0;
    this.heads[hash] = window;
    this.ids[window] = id;
    this.offsets[window] = offset;
    if (offset + 2 * BLOCK <= text.length) {
      this.sides[window] = 1;
      this.neighbours[window] = blockAt(text, offset + BLOCK);
    } else if (offset >= BLOCK) {
      this.sides[window] = -1;
      this.neighbours[window] = blockAt(text, offset - BLOCK);
    }
  }
}

/** The place of a block in a table. */
export function hashOf(block: number): number {
  return Math.imul(block, HASH) >>> (32 - TABLE_BITS);
}

/** Four low bytes as a little-endian number, as an `Int32Array` reads them. */
function blockAt(text: string, at: number): number {
  const low = (index: number): number => text.charCodeAt(at + index) & 0xff;
  return low(0) | (low(1) << 8) | (low(2) << 16) | (low(3) << 24);
}

function countBlocks(literals: readonly Entry[]): Uint32Array {
  const frequency = new Uint32Array(1 << TABLE_BITS);
  for (const { text } of literals) {
    for (let at = 0; at + BLOCK <= text.length; at++) {
      const hash = hashOf(blockAt(text, at));
      frequency[hash] = (frequency[hash] ?? 0) + 1;
    }
  }
  return frequency;
}

/** The stretch of a literal whose blocks cost least: rarely met in a log, and shared with few other literals. */
function cheapestStretch(text: string, stride: number, frequency: Uint32Array): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let start = 0; start + stride - 1 + BLOCK <= text.length; start++) {
    let cost = 0;
    for (let at = start; at < start + stride; at++) {
      cost += likelihood(text, at) * (LOOKUP_COST + (frequency[hashOf(blockAt(text, at))] ?? 0));
    }
    if (cost < least) [best, least] = [start, cost];
  }
  return best;
}

/** What following a block to its windows costs, in comparisons with a window. */
const LOOKUP_COST = 4;

/** How often the characters of a block meet in logs, as if they were independent. */
function likelihood(text: string, at: number): number {
  let product = 1;
  for (let index = at; index < at + BLOCK; index++) product *= shareOf(text[index] ?? '');
  return product;
}

/** Roughly the share of a character among those of log lines, in percent. */
function shareOf(char: string): number {
  if (/[0-9]/.test(char)) return 3;
  if (/[etaoinrs ]/.test(char)) return 4;
  if (/[a-z.:\-_/=,"]/.test(char)) return 1.5;
  return /[A-Z]/.test(char) ? 0.7 : 0.3;
}
