import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, type Pair, visit } from 'yaml';
import { endOf, keyText, startOf } from './parsed.ts';
import { beginsWithGluedKey, holdsGluedPair, isIndentedByOtherSpaces } from './slip-signs.ts';
import { isOddlyQuoted } from './slip-values.ts';

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

/** Keys of texts for people, who may well quote. */
const PROSE = new Set('title summary description message body runbook keyword name comment'.split(' '));

/** Values in quotes that are none of YAML's, by their offsets. */
function oddlyQuoted(pair: Pair): number[] {
  if (PROSE.has(keyText(pair))) return [];
  const values = isSeq(pair.value) ? pair.value.items : [pair.value];
  return values.flatMap((value) => {
    const isOdd = isScalar(value) && value.type === 'PLAIN' && isOddlyQuoted(String(value.value));
    return isOdd ? [startOf(value) ?? 0] : [];
  });
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
    for (const offset of oddlyQuoted(node)) add(offset, 'QUOTES');
    if (suspiciousValue(node)) add(valueOffset(node), 'VALUE');
    else if (path.length > 2) add(emptiedByComment(node, text) ?? emptiedByAnchor(node, text), 'EMPTIED');
  });
  return found;
}

/** Keys that an entry of a list begins with, where it is a map. */
const ENTRY_KEYS = new Set(
  'id name rule at receiver webhook url to matchers times weekdays after count'.split(' '),
);
const MAP_KEYS = new Set('when defaults route labels annotations'.split(' '));

/** `id:errors`, `severity： error`: keys that YAML reads as a part of a text, by their offsets. */
function gluedKeys(document: Document, text: string): Suspect[] {
  const found: Suspect[] = [];
  visit(document, {
    Scalar: (role, node, path) => {
      if (node.type !== 'PLAIN' || typeof node.value !== 'string' || node.range === undefined) return;
      const [start = 0, end = 0] = node.range ?? [];
      const lines = text.slice(start, end).split('\n');
      let offset = start;
      for (const [index, line] of lines.entries()) {
        const from = index === 0 ? 0 : (/^\s*(?:- +)*/.exec(line)?.[0].length ?? 0);
        const isMeant = index > 0 || isKeyMeant(role, line, path);
        const holdsPair = isFlow(path.at(-2)) && holdsGluedPair(line);
        if (holdsPair || (isMeant && beginsWithGluedKey(line.slice(from))))
          found.push({ offset: offset + from, error: null, code: 'GLUED' });
        offset += line.length + 1;
      }
    },
  });
  return found;
}

/** Whether a key is what a value that stands there is meant as. */
function isKeyMeant(role: unknown, line: string, path: readonly unknown[]): boolean {
  const parent = path.at(-1);
  if (role === null) return true;
  if (isSeq(parent)) return parent.flow !== true && ENTRY_KEYS.has(/^\w+/.exec(line)?.[0] ?? '');
  if (!isPair(parent)) return false;
  if (role === 'value') return MAP_KEYS.has(keyText(parent));
  return !isFlow(path.at(-2)) || startOf(parent.value) === null || isEmptyText(parent.value);
}

function isEmptyText(node: unknown): boolean {
  return isScalar(node) && node.value === null && node.source === '';
}

/** Lines that are indented by white space which YAML takes for text, outside of texts that may have any. */
function oddlyIndented(document: Document, text: string): Suspect[] {
  const found: Suspect[] = [];
  const texts: [number, number][] = [];
  visit(document, {
    Scalar: (_, node) => {
      if (node.type !== 'PLAIN' && node.range) texts.push([node.range[0], node.range[1]]);
    },
  });
  let passed = 0;
  for (const { index, 0: line } of text.matchAll(/^[ \t]*[^\S\n\r \t].*$/gm)) {
    // Both come in the order of the text.
    while (passed < texts.length && (texts[passed]?.[1] ?? 0) <= index) passed += 1;
    const isText = (texts[passed]?.[0] ?? Number.POSITIVE_INFINITY) <= index;
    if (!isText && isIndentedByOtherSpaces(line)) found.push({ offset: index, error: null, code: 'SPACES' });
  }
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
  const stumbles = new Set(refused.map(({ offset }) => offset));
  const glued = gluedKeys(document, text).filter(({ offset }) => !stumbles.has(offset));
  const found = [...nodeSuspects(document, text), ...glued, ...oddlyIndented(document, text)];
  return [...refused, ...cut, ...found].sort((a, b) => a.offset - b.offset);
}
