import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Scalar, type YAMLMap } from 'yaml';
import type { Finding, Path } from '../explain.ts';
import { parseNumber } from '../schema/numbers.ts';
import { keyText } from './parsed.ts';
import { substitute, type Variables } from './variables.ts';

/** Bounds on what aliases may unfold to. */
const NODES_MAX = 200_000;
const DEPTH_MAX = 64;

/** Below these keys every scalar is a text, as it was written: `1.10` stays `1.10`. */
const TEXT_MAPS = new Set(['labels', 'annotations']);

interface Walk {
  /** What aliases mean here: YAML's anchors, as far as the walk has come. */
  anchors: Map<string, unknown>;
  variables: Variables;
  findings: Finding[];
  nodes: number;
}

/** What a plain scalar is once its variables are filled: a number stays a number. */
function retyped(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return parseNumber(text) ?? text;
}

function scalarValue(walk: Walk, node: Scalar, path: Path, asText: boolean): unknown {
  if (typeof node.value !== 'string') return asText && node.source ? node.source : node.value;
  const { text, missing } = substitute(node.value, walk.variables);
  for (const name of missing) {
    const expected = `it in the environment or as --set ${name}=VALUE`;
    walk.findings.push({ path, message: `\${${name}} is not set`, expected, atKey: false });
  }
  const changed = text !== node.value;
  return changed && node.type === 'PLAIN' && !asText ? retyped(text) : text;
}

function mapValue(walk: Walk, node: YAMLMap, path: Path, asText: boolean): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const pair of node.items) {
    const key = keyText(pair);
    if (key === '__proto__' || (!isScalar(pair.key) && pair.key !== null)) {
      walk.findings.push({
        path: [...path, key],
        message: 'is no key here',
        expected: 'a plain name',
        atKey: true,
      });
      continue;
    }
    value[key] = nativeValue(walk, pair.value, [...path, key], asText || TEXT_MAPS.has(key));
  }
  return value;
}

function nativeValue(walk: Walk, node: unknown, path: Path, asText: boolean): unknown {
  walk.nodes += 1;
  if (walk.nodes > NODES_MAX || path.length > DEPTH_MAX) {
    if (walk.nodes !== Number.POSITIVE_INFINITY) {
      const expected = `at most ${NODES_MAX} values, ${DEPTH_MAX} deep`;
      walk.findings.push({
        path,
        message: 'is too large or too deep, its aliases unfolded',
        expected,
        atKey: false,
      });
    }
    walk.nodes = Number.POSITIVE_INFINITY;
    return null;
  }
  if (isAlias(node)) return nativeValue(walk, walk.anchors.get(node.source), path, asText);
  if (isNode(node) && 'anchor' in node && node.anchor !== undefined) walk.anchors.set(node.anchor, node);
  if (isMap(node)) return mapValue(walk, node, path, asText);
  if (isSeq(node)) return node.items.map((item, index) => nativeValue(walk, item, [...path, index], asText));
  return isScalar(node) ? scalarValue(walk, node, path, asText) : null;
}

/** A parsed document as plain values, variables filled. Aliases unfold within bounds; `__proto__` is refused. */
export function toNative(document: Document, variables: Variables): { value: unknown; findings: Finding[] } {
  const walk: Walk = { anchors: new Map(), variables, findings: [], nodes: 0 };
  return { value: nativeValue(walk, document.contents, [], false), findings: walk.findings };
}
