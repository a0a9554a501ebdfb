/** Where values stand in a line of YAML, told from the text alone: the line may be one that YAML cannot read. */

export interface Span {
  /** Offsets in the line, `end` exclusive. */
  start: number;
  end: number;
}

const CLOSING: Record<string, string> = { '{': '}', '[': ']' };

function skipQuoted(line: string, start: number): number {
  const quote = line[start];
  let at = start + 1;
  while (at < line.length) {
    if (quote === '"' && line[at] === '\\') at += 2;
    else if (line[at] === quote) return at + 1;
    else at += 1;
  }
  return start + 1;
}

/** Brackets that are open before `start`. */
function openBefore(line: string, start: number): string[] {
  const open: string[] = [];
  let at = 0;
  while (at < start) {
    const sign = line[at] ?? '';
    if ((sign === '"' || sign === "'") && /[\s:,[{]/.test(line[at - 1] ?? ' ')) {
      at = skipQuoted(line, at);
      continue;
    }
    if (sign === '{' || sign === '[') open.push(sign);
    if (sign === '}' || sign === ']') open.pop();
    at += 1;
  }
  return open;
}

/** The end of a value inside brackets: a comma or the closing bracket at its own depth. */
function endInFlow(line: string, start: number, quotes: boolean): number {
  let depth = 0;
  let at = start;
  while (at < line.length) {
    const sign = line[at] ?? '';
    if (quotes && sign === '"') {
      at = skipQuoted(line, at);
      continue;
    }
    if (sign in CLOSING) depth += 1;
    const closes = sign === '}' || sign === ']';
    if (closes && depth === 0) return at;
    if (closes) depth -= 1;
    if (sign === ',' && depth === 0) return at;
    at += 1;
  }
  return -1;
}

function trimmedEnd(line: string, start: number, end: number): number {
  return start + line.slice(start, end).trimEnd().length;
}

/** The end of a value outside brackets: the line's, less a comment that is set off by spaces on both sides. */
function endInBlock(line: string, start: number): number {
  let at = start;
  while (at < line.length) {
    const before = line[at - 1] ?? ' ';
    if ((line[at] === '"' || line[at] === "'") && /\s/.test(before)) {
      at = skipQuoted(line, at);
      continue;
    }
    if (at > start && line[at] === '#' && /\s/.test(before) && /\s|^$/.test(line[at + 1] ?? '')) return at;
    at += 1;
  }
  return line.length;
}

/** How far the value goes that begins at `start`. `inFlow`: brackets of an earlier line enclose this one. */
export function valueSpan(line: string, start: number, inFlow: boolean): Span {
  if (!inFlow && openBefore(line, start).length === 0) {
    return { start, end: trimmedEnd(line, start, endInBlock(line, start)) };
  }
  const quoted = endInFlow(line, start, true);
  const end = quoted >= 0 ? quoted : endInFlow(line, start, false);
  return { start, end: trimmedEnd(line, start, end < 0 ? line.length : end) };
}

/** Where values may begin: after the indentation and dashes, after `: `, `, `, and an opening bracket. */
export function valueStarts(line: string): number[] {
  const starts: number[] = [];
  for (const match of line.matchAll(/^\s*(?:- +)+|:\s+|,\s*|[{[]\s*/g)) {
    const at = match.index + match[0].length;
    if (at < line.length) starts.push(at);
  }
  return starts;
}

/** In quotes of other writing, which YAML takes for a part of the text. */
export function isOddlyQuoted(text: string): boolean {
  return /^(?:“[^“”]*”|‘[^‘’]*’|「[^「」]*」)$/u.test(text);
}

/** What was meant by a value's text: the inside of quotes that do not hold, the text itself otherwise. */
function meaning(text: string): string {
  // JSON, or a pattern in braces, whose own quotes end YAML's.
  if (/^"\s*[{[].*[\]}]\s*"$/s.test(text) && !text.includes('\\')) return text.slice(1, -1);
  if (isOddlyQuoted(text)) return text.slice(1, -1);
  if (/^'.*'$/s.test(text)) return text.slice(1, -1).replace(/''/g, "'");
  // Quotes around a whole text without a quote inside are YAML's; several quoted parts are a pattern's own.
  const inner = /^"((?:[^"\\]|\\.)*)"$/s.exec(text)?.[1];
  return inner === undefined ? text : inner.replace(/\\(["\\/])/g, '$1');
}

/** The text in single quotes, in which YAML changes nothing. */
export function quoted(text: string): string {
  return inSingleQuotes(meaning(text));
}

/** The same of a filter pattern: a term with signs in it stands in double quotes of its own. */
export function quotedPattern(text: string): string {
  const meant = meaning(text);
  const hasSigns = /[^\p{L}\p{N}_\s]/u.test(meant) && !/["\\]/.test(meant);
  const isTerm = hasSigns && !/^[{[%]/.test(meant) && !/(?:^|\s)[?-]/.test(meant);
  return inSingleQuotes(isTerm ? `"${meant}"` : meant);
}

function inSingleQuotes(text: string): string {
  return `'${text.replace(/'/g, "''")}'`;
}

/** Whether the value that begins at `start` is a filter pattern, told by the key before it. */
export function isPatternAt(line: string, start: number): boolean {
  return /(?:^|[\s{,])(?:match|of|until|not|pattern):\s+$/.test(line.slice(0, start));
}
