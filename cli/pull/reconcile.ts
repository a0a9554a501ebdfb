/** Brings nodes of a YAML document to other values, touching only what differs, so that comments stay. */
import { type Document, isMap, isNode, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from 'yaml';
import { digest } from '../../shared/alerts/identity.ts';
import type { Body } from '../../shared/config/items.ts';
import { escapeVariables } from '../../shared/config/yaml/variables.ts';

const isBody = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const same = (a: unknown, b: unknown): boolean => digest([a]) === digest([b]);

/**
 * Sets `key` of a map or list. `from` is what the file means there now, its variables filled and its defaults merged;
 * where that is `to` already, the text stays as it is.
 */
export function reconcile(
  document: Document,
  parent: YAMLMap | YAMLSeq,
  key: string | number,
  from: unknown,
  to: unknown,
): void {
  if (same(from, to)) return;
  const node = parent.get(key, true) as Node | undefined;
  if (isMap(node) && isBody(from) && isBody(to)) reconcileMap(document, node, from, to);
  else if (isSeq(node) && Array.isArray(from) && Array.isArray(to)) reconcileList(document, node, from, to);
  else if (isScalar(node) && !isBody(to) && !Array.isArray(to)) setScalar(node, to);
  else parent.set(key, likeBefore(document.createNode(escaped(to)), node));
}

/** Every key of a map; what `to` does not have is removed where the file has it. */
export function reconcileMap(document: Document, node: YAMLMap, from: Body, to: Body): void {
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    if (to[key] === undefined) node.delete(key);
    else reconcile(document, node, key, from[key], to[key]);
  }
}

/** What both lists begin and end with stays; between, members are changed in place or replaced. */
function reconcileList(document: Document, node: YAMLSeq, from: unknown[], to: unknown[]): void {
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && same(from[start], to[start])) start += 1;
  let end = 0;
  while (end < shorter - start && same(from.at(-1 - end), to.at(-1 - end))) end += 1;
  const [old, wanted] = [from.slice(start, from.length - end), to.slice(start, to.length - end)];
  const kept = Math.min(old.length, wanted.length);
  for (let index = 0; index < kept; index += 1)
    reconcile(document, node, start + index, old[index], wanted[index]);
  const added = wanted.slice(kept).map((value) => document.createNode(escaped(value)));
  node.items.splice(start + kept, old.length - kept, ...added);
}

function setScalar(node: { value: unknown; minFractionDigits?: number; format?: string }, to: unknown): void {
  node.value = escaped(to);
  delete node.minFractionDigits;
  delete node.format;
}

/** A node in the place of another keeps its comments and its style. */
function likeBefore(node: Node, before: Node | undefined): Node {
  if (before === undefined || !isNode(before)) return node;
  if (before.comment) node.comment = before.comment;
  if (before.commentBefore) node.commentBefore = before.commentBefore;
  if ('flow' in before && before.flow === true && (isMap(node) || isSeq(node))) node.flow = true;
  return node;
}

/** What reads like a variable, and is none, is written with two dollars. */
export function escaped(value: unknown): unknown {
  if (typeof value === 'string') return escapeVariables(value);
  if (Array.isArray(value)) return value.map(escaped);
  if (!isBody(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, escaped(member)]));
}
