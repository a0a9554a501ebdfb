import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import type { Path } from '../explain.ts';
import { unshieldVariables } from './variables.ts';

/** A text read as YAML 1.2 core; what is wrong with it stands in `document.errors`. Nothing is thrown. */
export function parseYaml(text: string): { document: Document.Parsed; lines: LineCounter } {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    lineCounter: lines,
    keepSourceTokens: true,
    prettyErrors: false,
    // Not `silent`: that would pass over a second document in the text.
    logLevel: 'error',
  });
  for (const error of document.errors) {
    if (error.code === 'MULTIPLE_DOCS') error.message = 'a second document begins here, and a file holds one';
  }
  return { document, lines };
}

/** The text of a map's key. */
export function keyText(pair: Pair): string {
  return unshieldVariables(isScalar(pair.key) ? String(pair.key.value) : String(pair.key));
}

export function startOf(node: unknown): number | null {
  const range = (node as Node | null | undefined)?.range;
  return range === null || range === undefined ? null : range[0];
}

/** Where a node's own text ends. */
export function endOf(node: unknown): number | null {
  const range = (node as Node | null | undefined)?.range;
  return range === null || range === undefined ? null : range[1];
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => keyText(pair) === key);
}

/** An alias' target, everything else as it is. */
function resolved(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** One step down: the node there, and the offset to point at; null where nothing is there. */
function stepInto(
  node: unknown,
  step: string | number,
  atKey: boolean,
): { node: unknown; offset: number | null } | null {
  if (isMap(node)) {
    const pair = pairOf(node, String(step));
    if (pair === undefined) return null;
    const valueStart = atKey || isEmpty(pair.value) ? null : startOf(pair.value);
    return { node: pair.value, offset: valueStart ?? startOf(pair.key) };
  }
  const item = isSeq(node) ? node.items[Number(step)] : undefined;
  return item === undefined ? null : { node: item, offset: startOf(item) };
}

/**
 * The offset that a path inside `root` points at: the value's, or its key's where `atKey` asks or there is no value.
 * Where the path leads to what is not there, the innermost thing that is.
 */
export function offsetOf(document: Document, root: unknown, path: Path, atKey: boolean): number {
  let node = root;
  let offset = startOf(root) ?? 0;
  for (const [depth, step] of path.entries()) {
    const next = stepInto(resolved(node, document), step, atKey && depth === path.length - 1);
    if (next === null) break;
    node = next.node;
    offset = next.offset ?? offset;
  }
  return offset;
}

function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null && node.source === '');
}

function covers(node: unknown, offset: number): boolean {
  const range = (node as Node | null | undefined)?.range;
  return range !== null && range !== undefined && range[0] <= offset && offset <= range[1];
}

/** The path to the last value that begins at or before an offset: what is refused there belongs to it. */
export function pathBefore(node: unknown, offset: number): Path {
  const begins = (part: unknown) => (startOf(part) ?? Number.POSITIVE_INFINITY) <= offset;
  if (isMap(node)) {
    const pair = node.items.findLast((item) => isPair(item) && begins(item.key));
    return pair === undefined ? [] : [keyText(pair), ...pathBefore(pair.value, offset)];
  }
  if (!isSeq(node)) return [];
  const index = node.items.findLastIndex(begins);
  return index < 0 ? [] : [index, ...pathBefore(node.items[index], offset)];
}

/** The path to the innermost value at an offset. */
export function pathAt(node: unknown, offset: number): Path {
  if (isMap(node)) {
    // The last pair that begins before the offset: an unreadable value may have no range of its own.
    const pair = node.items.findLast(
      (item) => isPair(item) && (startOf(item.key) ?? Number.POSITIVE_INFINITY) <= offset,
    );
    return pair === undefined ? [] : [keyText(pair), ...pathAt(pair.value, offset)];
  }
  if (isSeq(node)) {
    const index = node.items.findIndex((item) => covers(item, offset));
    return index < 0 ? [] : [index, ...pathAt(node.items[index], offset)];
  }
  return [];
}
