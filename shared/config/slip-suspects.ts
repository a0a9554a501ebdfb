import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, type Pair, visit } from 'yaml';
import { endOf, keyText, startOf } from './yaml-source.ts';

/** A place where YAML may have read something else than was meant. */
export interface Suspect {
  offset: number;
  /** YAML's own words, where it refuses the text. */
  error: string | null;
  code: string;
}

/** Keys whose value is one text: a list or a map there is a pattern, a regex or a line that lacks its quotes. */
const TEXT_KEYS = new Set(['pattern', 'regex', 'message', 'title', 'summary']);
const SELECTOR_KEYS = new Set(['match', 'fields', 'of', 'until', 'not']);
const COMPARISON_KEYS = new Set(['count', 'ratio', 'is', 'spike', 'anomaly']);

function isFlow(node: unknown): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}

/** `{ $.level = "ERROR" }`, `{{ $value }}`: a map by its brackets only. */
function looksLikeText(node: unknown): boolean {
  return (
    isMap(node) && isFlow(node) && node.items.some((pair) => isMap(pair.key) || /^[$(!]/.test(keyText(pair)))
  );
}

function suspiciousValue(pair: Pair): boolean {
  const key = keyText(pair);
  const { value } = pair;
  if (isFlow(value) && TEXT_KEYS.has(key)) return true;
  if (isSeq(value) && isFlow(value) && SELECTOR_KEYS.has(key)) return true;
  if (isSeq(value) && (key === 'all' || key === 'any'))
    return value.items.some((item) => isSeq(item) && isFlow(item));
  return isScalar(value) && value.type === 'BLOCK_FOLDED' && COMPARISON_KEYS.has(key);
}

function valueOffset(pair: Pair): number {
  const { value } = pair;
  const item = isSeq(value) && !SELECTOR_KEYS.has(keyText(pair)) && !TEXT_KEYS.has(keyText(pair));
  return (item ? startOf(value.items.find((entry) => isSeq(entry))) : startOf(value)) ?? 0;
}

/** A value that a comment took away: `title: #1 error`. */
function emptiedByComment(pair: Pair, text: string): number | null {
  const start = startOf(pair.key);
  if (start === null || !isScalar(pair.value) || pair.value.value !== null || pair.value.source !== '')
    return null;
  const rest = text.slice(start, text.indexOf('\n', start) < 0 ? undefined : text.indexOf('\n', start));
  const match = /^[\w-]+:\s+#\S/.exec(rest);
  return match === null ? null : start + match[0].length - 2;
}

/** A value that became the name of an anchor: `match: &foo`. */
function emptiedByAnchor(pair: Pair, text: string): number | null {
  const { value } = pair;
  if (!isScalar(value) || value.value !== null || value.source !== '' || value.anchor === undefined)
    return null;
  const start = text.lastIndexOf(`&${value.anchor}`, startOf(value) ?? 0);
  return start < 0 ? null : start;
}

function nodeSuspects(document: Document, text: string): Suspect[] {
  const found: Suspect[] = [];
  const anchors = new Set<string>();
  const add = (offset: number | null, code: string) => {
    if (offset !== null) found.push({ offset, error: null, code });
  };
  visit(document, (_, node, path) => {
    if (isNode(node) && 'anchor' in node && node.anchor !== undefined) anchors.add(node.anchor);
    if (isAlias(node) && !anchors.has(node.source)) add(startOf(node), 'ALIAS');
    if (looksLikeText(node)) add(startOf(node), 'MAP');
    if (
      isScalar(node) &&
      typeof node.value === 'string' &&
      node.type === 'QUOTE_DOUBLE' &&
      node.value.includes('\b')
    ) {
      add(startOf(node), 'BACKSPACE');
    }
    if (!isPair(node)) return;
    if (suspiciousValue(node)) add(valueOffset(node), 'VALUE');
    else if (path.length > 2) add(emptiedByComment(node, text) ?? emptiedByAnchor(node, text), 'EMPTIED');
  });
  return found;
}

/** `{ regex: \d+ #1 }`: a comment that took the closing bracket with it. */
function cutBrackets(document: Document, text: string): Suspect[] {
  const found: Suspect[] = [];
  visit(document, {
    Collection: (_, node) => {
      const start = startOf(node);
      if (start === null || !isFlow(node)) return;
      const line = /^[^\n]*/.exec(text.slice(start))?.[0] ?? '';
      const comment = /\s#[^\n]*[\]}]/.exec(line);
      // A collection that ends before the comment has lost nothing to it.
      if (comment !== null && (endOf(node) ?? Number.POSITIVE_INFINITY) > start + comment.index)
        found.push({ offset: start + comment.index + 1, error: null, code: 'CUT' });
    },
  });
  return found;
}

/** Everything that YAML refuses or probably misread, in the order of the text. */
export function suspectsOf(document: Document, text: string): Suspect[] {
  const tags = document.warnings.filter((warning) => warning.code === 'TAG_RESOLVE_FAILED');
  const refused = [...document.errors, ...tags].map(
    ({ pos, code, message }): Suspect => ({ offset: pos[0], code, error: message }),
  );
  const cut = refused.length > 0 ? cutBrackets(document, text) : [];
  return [...refused, ...cut, ...nodeSuspects(document, text)].sort((a, b) => a.offset - b.offset);
}
