import { type Document, isCollection, visit } from 'yaml';
import type { Path } from '../explain.ts';
import { parseYaml, pathAt, pathBefore } from './parsed.ts';
import { refusalOf } from './slip-refusals.ts';
import { isIndentedByOtherSpaces, rewritings } from './slip-signs.ts';
import { type Suspect, suspectsOf } from './slip-suspects.ts';
import { isPatternAt, quoted, quotedPattern, type Span, valueSpan, valueStarts } from './slip-values.ts';

/** A sign of this format that YAML took for its own, and the line as it has to be written. */
interface Slip {
  /** Offset in the text as it was given. */
  offset: number;
  path: Path;
  /** What YAML made of it. */
  message: string;
  /** The whole corrected line. */
  corrected: string;
}

type FoundSlip = Omit<Slip, 'corrected'>;

/** One replacement; offsets in the text before it. */
interface Repair {
  start: number;
  end: number;
  replacement: string;
  /** What YAML made of what stood there; absent: its first sign says it. */
  message?: string;
}

/** A text in which every slip is mended, so that the rest of it can be judged. */
export interface Repaired {
  text: string;
  document: Document.Parsed;
  slips: Slip[];
  /** What YAML refuses and no correction of a line mends; where that is more than a key given twice, the first only. */
  errors: { offset: number; message: string; path: Path; isTwice: boolean; expected?: string }[];
  /** The offset in the given text that an offset in the mended text stands for. */
  original(offset: number): number;
}

/** Readings of the whole text: what bounds the time that a hopeless one takes. */
const READINGS_MAX = 400;
/** Characters of all readings together; what YAML stumbles over takes it as long as so many more. */
const CHARACTERS_MAX = 20_000_000;
const CHARACTERS_A_SUSPECT = 2_000;
/** Nobody writes longer lines by hand, and each place of a line is tried up to its end. */
const LINE_MAX = 4_000;

const READINGS: Record<string, string> = {
  '@': 'YAML reserves @ at the start of a value',
  '“': 'YAML reads “ ” as a part of the text',
  '‘': 'YAML reads ‘ ’ as a part of the text',
  '「': 'YAML reads 「 」 as a part of the text',
  '`': 'YAML reserves ` at the start of a value',
  '%': 'YAML reserves % at the start of a value',
  '>': 'YAML reads > as the start of a folded block of text',
  '|': 'YAML reads | as the start of a block of text',
  '!': 'YAML reads ! as the start of a tag',
  '&': 'YAML reads & as the name of an anchor',
  '*': 'YAML reads * as a reference to an anchor',
  '[': 'YAML reads [ ] as a list',
  '{': 'YAML reads { } as a map',
  '-': 'YAML reads - before a space as an entry of a list',
  '#': 'YAML reads # after a space as a comment',
  ',': 'YAML reads , as the end of a value',
};

/** What YAML made of the value, in words. */
function readingOf(value: string, suspect: Suspect): string {
  if (suspect.code === 'BACKSPACE') return 'YAML reads \\b in double quotes as a backspace';
  if (suspect.code === 'BAD_DQ_ESCAPE') return 'YAML has no such escape in double quotes';
  const first = value[0] ?? '';
  if (first === '"' || first === "'") return `YAML ends the text at the second ${first}`;
  const reading = READINGS[first];
  if (reading !== undefined) return reading;
  if (/:(?:\s|$)/.test(value)) return 'YAML reads a colon before a space as the end of a key';
  if (value.includes(' #')) return 'YAML reads # after a space as a comment';
  return /[{[]/.test(value)
    ? 'YAML reads the bracket as the start of a list or map'
    : 'YAML cannot read this value';
}

function lineBounds(text: string, offset: number): Span {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const next = text.indexOf('\n', offset);
  const end = next < 0 ? text.length : next;
  return { start, end: text[end - 1] === '\r' ? end - 1 : end };
}

function apply(text: string, { start, end, replacement }: Repair): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** Whether brackets opened on an earlier line enclose the line that begins at `lineStart`. */
function enclosed(document: Document, lineStart: number): boolean {
  let inside = false;
  visit(document, {
    Collection: (_, node) => {
      const range = node.range;
      if (isCollection(node) && node.flow === true && range && range[0] < lineStart && lineStart < range[1]) {
        inside = true;
        return visit.BREAK;
      }
      return undefined;
    },
  });
  return inside;
}

/** Patterns and templates in braces go first: what stands inside them is none of YAML's values. */
function rank(line: string, start: number, at: number): number {
  const rest = line.slice(start);
  if (start <= at && /^\{\s*[$({!]/.test(rest)) return -1_000 + start;
  return start <= at ? at - start : 1_000 + start;
}

function indentationRepairs(text: string, line: Span): Repair[] {
  const indentation = /^\s*/.exec(text.slice(line.start, line.end))?.[0] ?? '';
  const isTab = indentation.includes('\t');
  if (!isTab && !isIndentedByOtherSpaces(indentation)) return [];
  const [, previous = '', content = ''] =
    /(?:^|\n)( *)(\S[^\n]*)\n\s*$/.exec(text.slice(0, line.start)) ?? [];
  // Behind a key without a value begins what is inside of it.
  const levels = [previous, `${previous}  `];
  const choices = [
    ...(isTab ? (/:\s*$/.test(content) ? levels.toReversed() : levels) : []),
    indentation.replace(/[^ ]/g, '  '),
    indentation.replace(/[^ ]/g, '    '),
    indentation.replace(/[^ ]/g, ' '),
  ];
  const message = isTab
    ? 'YAML refuses a tab as indentation'
    : 'YAML takes no other spaces than plain ones as indentation';
  return choices.map((replacement) => ({
    start: line.start,
    end: line.start + indentation.length,
    replacement,
    message,
  }));
}

/** The same line with YAML's own signs in the place of those that only look so. */
function signRepairs(text: string, line: Span): Repair[] {
  const given = text.slice(line.start, line.end);
  return rewritings(given).map(({ line: rewritten, message }) => {
    let same = 0;
    while (given[same] !== undefined && given[same] === rewritten[same]) same += 1;
    return { start: line.start + same, end: line.end, replacement: rewritten.slice(same), message };
  });
}

/** A bracket that closes nothing. */
function bracketRepairs(text: string, { offset, error }: Suspect): Repair[] {
  const sign = text[offset] ?? '';
  if (error === null || (sign !== '}' && sign !== ']')) return [];
  let start = offset;
  while (text[start - 1] === ' ') start -= 1;
  return [{ start, end: offset + 1, replacement: '', message: `this ${sign} closes no bracket` }];
}

function quoteRepairs(text: string, line: Span, offset: number, inFlow: boolean): Repair[] {
  const content = text.slice(line.start, line.end);
  const at = offset - line.start;
  return valueStarts(content)
    .sort((a, b) => rank(content, a, at) - rank(content, b, at))
    .map((start) => valueSpan(content, start, inFlow))
    .filter(({ start, end }) => end > start)
    .map(({ start, end }) => ({
      start: line.start + start,
      end: line.start + end,
      replacement: (isPatternAt(content, start) ? quotedPattern : quoted)(content.slice(start, end)),
    }))
    .filter(({ start, end, replacement }) => text.slice(start, end) !== replacement);
}

interface State {
  text: string;
  document: Document.Parsed;
  suspects: Suspect[];
}

function stateOf(text: string): State {
  const { document } = parseYaml(text);
  return { text, document, suspects: suspectsOf(document, text) };
}

interface Budget {
  readings: number;
  characters: number;
}

const exhausted = ({ readings, characters }: Budget) =>
  readings >= READINGS_MAX || characters >= CHARACTERS_MAX;

/** YAML may stumble over one thing in two ways. */
function stumblesLess({ suspects: now }: State, { suspects: before }: State): boolean {
  const places = (suspects: Suspect[]) => new Set(suspects.map(({ offset }) => offset)).size;
  return now.length < before.length || (now.length === before.length && places(now) < places(before));
}

/** The first change of the suspect's line after which YAML stumbles less often. */
function mend(state: State, suspect: Suspect, budget: Budget): { repair: Repair; next: State } | null {
  const line = lineBounds(state.text, Math.min(suspect.offset, state.text.length));
  if (line.end - line.start > LINE_MAX) return null;
  const inFlow = enclosed(state.document, line.start);
  const repairs = [
    ...indentationRepairs(state.text, line),
    ...signRepairs(state.text, line),
    ...bracketRepairs(state.text, suspect),
    ...quoteRepairs(state.text, line, suspect.offset, inFlow),
  ];
  for (const repair of repairs) {
    if (exhausted(budget)) return null;
    budget.readings += 1;
    budget.characters += state.text.length + CHARACTERS_A_SUSPECT * state.suspects.length;
    const next = stateOf(apply(state.text, repair));
    if (stumblesLess(next, state)) return { repair, next };
  }
  return null;
}

function backThrough(repairs: Repair[], offset: number): number {
  return repairs.reduceRight((at, { start, end, replacement }) => {
    if (at >= start + replacement.length) return at - replacement.length + (end - start);
    return Math.min(at, end);
  }, offset);
}

/**
 * Finds and mends slips until YAML reads the text as it was meant, or no line's correction helps. Each correction is
 * proven: it is taken only where YAML then stumbles less often than before.
 */
export function repairSlips(given: string): Repaired {
  const repairs: Repair[] = [];
  const slips: FoundSlip[] = [];
  const hopeless = new Set<number>();
  let state = stateOf(given);
  const budget: Budget = { readings: 0, characters: 0 };
  while (!exhausted(budget)) {
    const suspect = state.suspects.find(
      ({ offset, code }) => !hopeless.has(offset) && code !== 'DUPLICATE_KEY',
    );
    if (suspect === undefined) break;
    const mended = mend(state, suspect, budget);
    if (mended === null) {
      hopeless.add(suspect.offset);
      continue;
    }
    const { repair, next } = mended;
    const value = state.text.slice(repair.start, repair.end);
    slips.push({
      offset: backThrough(repairs, repair.start),
      path: pathAt(next.document.contents, repair.start),
      message: repair.message ?? readingOf(value, suspect),
    });
    repairs.push(repair);
    state = next;
    hopeless.clear();
  }
  return finished(state, slips, given, repairs);
}

/** Replacements never cross a line's end, so that a line keeps its number; it is shown with all its slips mended. */
function finished(state: State, found: FoundSlip[], given: string, repairs: Repair[]): Repaired {
  const lines = state.text.split(/\r?\n/);
  const slips = found.map((slip): Slip => {
    const number = given.slice(0, slip.offset).split('\n').length - 1;
    return { ...slip, corrected: lines[number] ?? '' };
  });
  const original = (offset: number) => backThrough(repairs, offset);
  const { contents, errors: refused } = state.document;
  const errors = refused.map((error) => {
    const isTwice = error.code === 'DUPLICATE_KEY';
    const { offset, at, ...refusal } = refusalOf(state.document, state.text, error);
    const path = isTwice ? pathAt(contents, at) : pathBefore(contents, at);
    return {
      ...refusal,
      offset: original(offset),
      path: error.code === 'MULTIPLE_DOCS' ? [] : path,
      isTwice,
    };
  });
  return { text: state.text, document: state.document, ...upToRefusal(slips, errors, given), original };
}

/**
 * Past what YAML cannot read it has lost its way: what it stumbles over there, and what helps it on, says nothing; nor
 * does what helps it in the line right before.
 */
function upToRefusal(
  slips: Slip[],
  errors: Repaired['errors'],
  given: string,
): Pick<Repaired, 'slips' | 'errors'> {
  const first = errors.find(({ isTwice }) => !isTwice);
  if (first === undefined) return { slips, errors };
  const lineBefore = given.lastIndexOf('\n', lineBounds(given, first.offset).start - 2) + 1;
  return {
    slips: slips.filter(({ offset }) => offset < lineBefore),
    errors: errors.filter((error) => error === first || (error.isTwice && error.offset < first.offset)),
  };
}
