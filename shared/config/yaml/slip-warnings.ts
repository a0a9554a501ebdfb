import { type Document, isPair, isScalar, isSeq, type Pair, type Scalar, visit } from 'yaml';
import { keyText, startOf } from './parsed.ts';
import { isPatternAt, quoted, quotedPattern } from './slip-values.ts';

/** Something that YAML reads as it stands and that probably was not meant so. */
export interface Doubt {
  offset: number;
  message: string;
  /** The whole line as it probably was meant. */
  corrected: string;
}

/** Keys whose value is a text of the user's own, where a `#` may be part of it. */
const FREE_TEXT = new Set(
  'match pattern regex keyword not of until all any fields message title body redact logGroups matchers secret webhook url'.split(
    ' ',
  ),
);
const SELECTOR = new Set(['match', 'of', 'until', 'not', 'pattern', 'all', 'any']);

function replacedLine(text: string, start: number, end: number, replacement: string): string {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const to = text.indexOf('\n', end) < 0 ? text.length : text.indexOf('\n', end);
  return (text.slice(from, start) + replacement + text.slice(end, to)).trimEnd();
}

/** `match: ERROR #42`: the comment begins without a space, so it may be part of the value. */
function cutByComment(node: Scalar, text: string, isPattern: boolean): Doubt | null {
  const [start, end] = node.range ?? [0, 0];
  const comment = /^ +#\S[^\n]*/.exec(text.slice(end, end + 500))?.[0];
  if (comment === undefined || typeof node.value !== 'string' || node.type !== 'PLAIN') return null;
  const whole = (text.slice(start, end) + comment).trimEnd();
  const message = `YAML reads ${comment.trim().slice(0, 40)} as a comment, the value ends before it`;
  return {
    offset: start,
    message,
    corrected: replacedLine(text, start, start + whole.length, (isPattern ? quotedPattern : quoted)(whole)),
  };
}

/** `match: "Failed password"`: the quotes are YAML's and vanish; what is left are two terms. */
function termsNotPhrase(node: Scalar, text: string): Doubt | null {
  const { value, type } = node;
  if (typeof value !== 'string' || type !== 'QUOTE_DOUBLE' || !/^[^\s"%{[?-]/.test(value)) return null;
  const words = value.trim().split(/\s+/);
  if (words.length < 2 || value.includes('"') || words.some((word) => /^[?-]/.test(word))) return null;
  const [start, end] = node.range ?? [0, 0];
  const message = `the quotes are YAML's: this matches lines with ${words.join(' and ')} anywhere, not the phrase`;
  return {
    offset: start,
    message,
    corrected: replacedLine(text, start, end, `'"${value.replace(/'/g, "''")}"'`),
  };
}

/** `${NAME:-default}`, as shells have it. */
const WITH_DEFAULT = /(?<!\$)\$\{([A-Za-z_]\w*):?[-?+=][^{}]*\}/;

function unfilled(node: Scalar, text: string): Doubt | null {
  const [start, end] = node.range ?? [0, 0];
  const written = text.slice(start, end);
  const [variable, name] = WITH_DEFAULT.exec(written) ?? [];
  if (variable === undefined) return null;
  const message = `${variable.slice(0, 40)} stays as it is: variables have no defaults`;
  const meant = written.replace(variable, () => `\${${name}}`);
  return { offset: start, message, corrected: replacedLine(text, start, end, meant) };
}

function scalarsOf(pair: Pair): Scalar[] {
  const values = isSeq(pair.value) ? pair.value.items : [pair.value];
  return values.filter((value): value is Scalar => isScalar(value));
}

function doubtsOf(pair: Pair, text: string): (Doubt | null)[] {
  const key = keyText(pair);
  return scalarsOf(pair).flatMap((scalar) => [
    unfilled(scalar, text),
    FREE_TEXT.has(key) ? cutByComment(scalar, text, SELECTOR.has(key)) : null,
    SELECTOR.has(key) ? termsNotPhrase(scalar, text) : null,
  ]);
}

function unusedAnchors(document: Document, text: string): Doubt[] {
  const anchors: { name: string; offset: number }[] = [];
  const used = new Set<string>();
  visit(document, {
    Alias: (_, node) => {
      used.add(node.source);
    },
    Node: (_, node) => {
      const name = 'anchor' in node ? node.anchor : undefined;
      const offset = name === undefined ? -1 : text.lastIndexOf(`&${name}`, startOf(node) ?? 0);
      if (name !== undefined && offset >= 0) anchors.push({ name, offset });
    },
  });
  return anchors
    .filter(({ name }) => !used.has(name))
    .map(({ name, offset }) => {
      const next = text.indexOf('\n', offset) < 0 ? text.length : text.indexOf('\n', offset);
      const end =
        offset +
        text
          .slice(offset, next)
          .replace(/ +#.*$/, '')
          .trimEnd().length;
      const message = `YAML reads &${name} as an anchor, which no alias uses`;
      const line = text.slice(text.lastIndexOf('\n', offset) + 1, offset);
      const replacement = (isPatternAt(line, line.length) ? quotedPattern : quoted)(text.slice(offset, end));
      return { offset, message, corrected: replacedLine(text, offset, end, replacement) };
    });
}

/** Warnings about a text that YAML reads without complaint. */
export function doubtsIn(document: Document, text: string): Doubt[] {
  const doubts: (Doubt | null)[] = [];
  visit(document, (_, node) => {
    if (isPair(node)) doubts.push(...doubtsOf(node, text));
  });
  return [...doubts.filter((doubt) => doubt !== null), ...unusedAnchors(document, text)];
}
