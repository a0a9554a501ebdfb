import { RE2JS, RE2JSException } from 're2js';
import { requiredLiterals } from './regex/literals.ts';
import { provenNative } from './regex/native.ts';
import { readSyntax } from './regex/syntax.ts';

/** A regular expression that is not valid RE2, or too large. */
export class RegexError extends Error {
  /** Index into the source, where it is known. */
  readonly position: number | null;

  constructor(message: string, position: number | null) {
    super(message);
    this.name = 'RegexError';
    this.position = position;
  }
}

/** A compiled regular expression with RE2's meaning; time is linear in the text for every source. */
export interface Regex {
  readonly source: string;
  /** Names of the groups, in the order written. */
  readonly names: readonly string[];
  /** At least one of these occurs in every text that matches; null: nothing is known. */
  readonly requiredLiterals: readonly string[] | null;
  /** Whether it matches somewhere in the text. */
  test(text: string): boolean;
  /** The named groups of the leftmost match that took part in it, in an object without prototype; null: no match. */
  exec(text: string): { groups: Record<string, string> } | null;
}

/**
 * Instructions of re2js's program beyond the characters of the source: what counted repeats multiply to. Each may
 * cost a step per character, and a log line may have a million of those.
 */
const MAX_EXPANSION = 1000;
const MAX_SOURCE = 4096;
/** The built-in engine keeps a stack that grows with a run; beyond this length re2js takes over. */
const MAX_NATIVE_TEXT = 1 << 21;

/**
 * Compiles a regular expression in RE2's syntax. Named groups may be written `(?P<n>…)` or `(?<n>…)`.
 * Throws a `RegexError` that says what is wrong.
 */
export function compileRegex(source: string): Regex {
  const engine = compileEngine(source);
  const syntax = readSyntax(source);
  const native = syntax && provenNative(syntax);
  const names = namesOf(engine);
  return {
    source,
    names,
    requiredLiterals: syntax && requiredLiterals(syntax),
    test: (text) => (native && text.length <= MAX_NATIVE_TEXT ? native.test(text) : engine.test(text)),
    exec: (text) => {
      if (names.length === 0) {
        const found = native && text.length <= MAX_NATIVE_TEXT ? native.test(text) : engine.test(text);
        return found ? { groups: Object.create(null) } : null;
      }
      return native && text.length <= MAX_NATIVE_TEXT
        ? execNative(native, text)
        : execEngine(engine, names, text);
    },
  };
}

/** What is wrong with a regular expression, in one sentence; null where it is valid. */
export function checkRegex(source: string): string | null {
  try {
    compileEngine(source);
    return null;
  } catch (error) {
    if (error instanceof RegexError) return error.message;
    throw error;
  }
}

function compileEngine(source: string): RE2JS {
  if (source.length > MAX_SOURCE) {
    throw new RegexError(`the regular expression is longer than ${MAX_SOURCE} characters`, MAX_SOURCE);
  }
  let engine: RE2JS;
  try {
    engine = RE2JS.compile(source);
  } catch (error) {
    if (error instanceof RE2JSException) throw explain(error, source);
    throw error;
  }
  if (engine.programSize() > MAX_EXPANSION + source.length) {
    throw new RegexError('the regular expression is too large: its repeats multiply to too many steps', null);
  }
  return engine;
}

function explain(error: RE2JSException, source: string): RegexError {
  const part = 'input' in error && typeof error.input === 'string' ? error.input : null;
  const description = 'error' in error && typeof error.error === 'string' ? error.error : error.message;
  const position = part ? source.indexOf(part) : -1;
  const hint = /^\(\?(?:[=!]|<[=!])/.test(part ?? '') ? '; RE2 has no lookaround' : '';
  const where = part && part !== source ? `: ${part.slice(0, 60)}` : '';
  return new RegexError(`${description}${where}${hint}`, position < 0 ? null : position);
}

function namesOf(engine: RE2JS): string[] {
  return Object.entries(engine.namedGroups())
    .sort(([, a], [, b]) => a - b)
    .map(([name]) => name);
}

function execNative(native: RegExp, text: string): { groups: Record<string, string> } | null {
  const match = native.exec(text);
  if (!match) return null;
  const groups: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(match.groups ?? {})) {
    if (value !== undefined) groups[name] = value;
  }
  return { groups };
}

function execEngine(
  engine: RE2JS,
  names: readonly string[],
  text: string,
): { groups: Record<string, string> } | null {
  const matcher = engine.matcher(text);
  if (!matcher.find()) return null;
  const groups: Record<string, string> = Object.create(null);
  for (const name of names) {
    const value = matcher.group(name);
    if (value !== null) groups[name] = value;
  }
  return { groups };
}
