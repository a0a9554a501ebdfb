/**
 * When the built-in, backtracking engine may stand in for re2js, and the source to give it.
 *
 * The pattern is read as a sequence of pieces: *fixed* (one code point of a set), *runs* (`X*`, `X+`, `X{m,}` of
 * one set X, greedy), *bounded* (anything without an unbounded repeat) and zero-width assertions.
 *
 * Linear time holds if
 *  1. the bounded pieces have together at most MAX_PATHS ways to match (the product of `paths`), and at most MAX_LENGTH code points;
 *  2. a run that is not the end of the pattern is followed by a fixed piece disjoint from X, or by the final `$`:
 *     giving back any part of a run fails at the very next test, so a run ends in one way only;
 *  3. such a run is preceded by a fixed piece disjoint from X, or the whole pattern starts with `^`: then a
 *     stretch of X in the text is entered only at its first character, from at most MAX_PATHS attempts, and
 *     different attempts have different stretches.
 * So every character is visited a bounded number of times. A run at the end of the pattern ends the search with
 * a match as soon as it is reached, and needs neither 2 nor 3.
 *
 * Equal semantics holds because sets are written out (`.`, `\s`, `\d`, `\w`, folding as RE2 defines them), code
 * points are matched as such wherever a set reaches beyond the plain part of UTF-16, both engines prefer the
 * leftmost match and, in it, earlier alternatives and longer greedy repeats, and what differs between them is
 * excluded: repeats of what can be empty, captures inside repeats, flags, multi-line assertions.
 */
import { type Charset, disjoint, isPlainUtf16 } from './charset.ts';
import type { Node } from './syntax.ts';

const MAX_PATHS = 256;
const MAX_LENGTH = 2000;

/** The equivalent built-in regular expression, or null where the proof does not hold. */
export function provenNative(root: Node): RegExp | null {
  const pieces: Node[] = [];
  flatten(root, pieces);
  if (!isBounded(pieces) || !pieces.every((_, index) => isRunSafe(pieces, index))) return null;
  if (!hasPlainCaptures(root, false)) return null;
  return new RegExp(write(root), needsCodePoints(root) ? 'u' : '');
}

function flatten(node: Node, into: Node[]): void {
  if (node.kind === 'group') flatten(node.node, into);
  else if (node.kind === 'concat') for (const item of node.items) flatten(item, into);
  else into.push(node);
}

interface Size {
  paths: number;
  length: number;
}

function isBounded(pieces: Node[]): boolean {
  let paths = 1;
  let length = 0;
  for (const piece of pieces) {
    const measured = runOf(piece) ? { paths: 1, length: minimumOf(piece) } : measure(piece);
    paths *= measured.paths;
    length += measured.length;
  }
  return paths <= MAX_PATHS && length <= MAX_LENGTH;
}

function minimumOf(piece: Node): number {
  return piece.kind === 'repeat' ? piece.min : 0;
}

/** Ways to match and longest match; infinite where there is an unbounded repeat or one of something empty. */
function measure(node: Node): Size {
  switch (node.kind) {
    case 'class':
      return { paths: 1, length: 1 };
    case 'assert':
      return { paths: 1, length: 0 };
    case 'group':
      return measure(node.node);
    case 'concat':
      return node.items
        .map(measure)
        .reduce((a, b) => ({ paths: a.paths * b.paths, length: a.length + b.length }), {
          paths: 1,
          length: 0,
        });
    case 'alternation':
      return node.options.map(measure).reduce((a, b) => ({
        paths: a.paths + b.paths,
        length: Math.max(a.length, b.length),
      }));
    case 'repeat':
      return measureRepeat(node);
  }
}

function measureRepeat(node: Node & { kind: 'repeat' }): Size {
  const body = measure(node.node);
  if (node.max === Number.POSITIVE_INFINITY || isNullable(node.node)) {
    return { paths: Number.POSITIVE_INFINITY, length: Number.POSITIVE_INFINITY };
  }
  let paths = 0;
  for (let count = node.min; count <= node.max && paths <= MAX_PATHS; count++) paths += body.paths ** count;
  return { paths, length: body.length * node.max };
}

function isNullable(node: Node): boolean {
  switch (node.kind) {
    case 'class':
      return false;
    case 'assert':
      return true;
    case 'group':
      return isNullable(node.node);
    case 'concat':
      return node.items.every(isNullable);
    case 'alternation':
      return node.options.some(isNullable);
    case 'repeat':
      return node.min === 0 || isNullable(node.node);
  }
}

/** The set of a run, null for any other piece. */
function runOf(piece: Node): Charset | null {
  if (piece.kind !== 'repeat' || piece.max !== Number.POSITIVE_INFINITY || piece.lazy) return null;
  const body: Node[] = [];
  flatten(piece.node, body);
  const [only] = body;
  return body.length === 1 && only?.kind === 'class' ? only.set : null;
}

function isRunSafe(pieces: Node[], index: number): boolean {
  const piece = pieces[index];
  const run = piece && runOf(piece);
  if (!run || index === pieces.length - 1) return true;
  return endsOneWay(pieces, index, run) && (startsText(pieces) || isFixedOutside(before(pieces, index), run));
}

function endsOneWay(pieces: Node[], index: number, run: Charset): boolean {
  const last = pieces.at(-1);
  if (index === pieces.length - 2 && last?.kind === 'assert' && last.which === '$') return true;
  return isFixedOutside(
    pieces.slice(index + 1).find((piece) => piece.kind !== 'assert'),
    run,
  );
}

function before(pieces: Node[], index: number): Node | undefined {
  return pieces.slice(0, index).findLast((piece) => piece.kind !== 'assert');
}

function startsText(pieces: Node[]): boolean {
  const [first] = pieces;
  return first?.kind === 'assert' && first.which === '^';
}

function isFixedOutside(piece: Node | undefined, run: Charset): boolean {
  return piece?.kind === 'class' && disjoint(piece.set, run);
}

/** No named group is repeated: engines differ in what a repeated group keeps. */
function hasPlainCaptures(node: Node, repeated: boolean): boolean {
  switch (node.kind) {
    case 'class':
    case 'assert':
      return true;
    case 'group':
      return !(repeated && node.name !== null) && hasPlainCaptures(node.node, repeated);
    case 'concat':
      return node.items.every((item) => hasPlainCaptures(item, repeated));
    case 'alternation':
      return node.options.every((option) => hasPlainCaptures(option, repeated));
    case 'repeat':
      return hasPlainCaptures(node.node, repeated || node.max > 1);
  }
}

function needsCodePoints(node: Node): boolean {
  switch (node.kind) {
    case 'class':
      return !isPlainUtf16(node.set);
    case 'assert':
      return false;
    case 'group':
    case 'repeat':
      return needsCodePoints(node.node);
    case 'concat':
      return node.items.some(needsCodePoints);
    case 'alternation':
      return node.options.some(needsCodePoints);
  }
}

function write(node: Node): string {
  switch (node.kind) {
    case 'class':
      return writeSet(node.set);
    case 'assert':
      return node.which === 'b' || node.which === 'B' ? `\\${node.which}` : node.which;
    case 'group':
      return node.name === null ? `(?:${write(node.node)})` : `(?<${node.name}>${write(node.node)})`;
    case 'concat':
      return node.items.map(write).join('');
    case 'alternation':
      return node.options.map(write).join('|');
    case 'repeat':
      return `${write(node.node)}${writeBounds(node)}`;
  }
}

function writeBounds({ min, max, lazy }: Node & { kind: 'repeat' }): string {
  const upper = max === Number.POSITIVE_INFINITY ? '' : String(max);
  return `{${min},${upper}}${lazy ? '?' : ''}`;
}

function writeSet(set: Charset): string {
  const [first] = set;
  if (set.length === 1 && first && first[0] === first[1]) return writeCode(first[0]);
  return `[${set.map(([low, high]) => (low === high ? writeCode(low) : `${writeCode(low)}-${writeCode(high)}`)).join('')}]`;
}

function writeCode(code: number): string {
  if (/^[A-Za-z0-9]$/.test(String.fromCodePoint(code))) return String.fromCodePoint(code);
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
