import { LEVELS, type Level, type Selector } from '../config/model.ts';
import { compileLevelGuard } from '../logs/level-guard.ts';
import { isAtLeast } from '../logs/levels.ts';
import type { Line } from './line.ts';
import { compilePattern } from './pattern/compile.ts';
import { type Needs, needAll, needAny, plainClause } from './pattern/need.ts';
import { parsePattern } from './pattern/parse.ts';
import type { Subject } from './pattern/subject.ts';
import { compileRegex } from './regex.ts';

/** Named captures; without prototype, so that no name is special. */
export type Captures = Record<string, string>;

/** What a JSON pattern looks at: the message, or the fields that a rule extracts from it. */
export type AsJson = (line: Line) => Subject;

/** A selector of contract §1.1, ready to be asked. */
export interface CompiledSelector {
  test(line: Line): boolean;
  /** Adds what the selector captured from a line that it matches; names that are there already stay. */
  collect(line: Line, into: Captures): void;
  readonly capturesAnything: boolean;
  readonly needs: Needs;
  readonly isEvery: boolean;
}

const SILENT: Omit<CompiledSelector, 'test'> = {
  collect: () => {},
  capturesAnything: false,
  needs: [],
  isEvery: false,
};

/** Throws a `PatternError` or a `RegexError` where a pattern or a regex of it cannot be compiled. */
export function compileSelector(selector: Selector, asJson: AsJson | null): CompiledSelector {
  switch (selector.kind) {
    case 'every':
      return { ...SILENT, test: () => true, isEvery: true };
    case 'pattern':
      return compilePatternSelector(selector.pattern, asJson);
    case 'keyword':
      return compileKeyword(selector.words);
    case 'regex':
      return compileRegexSelector(selector.source);
    case 'level':
      return compileLevel(selector.level, selector.exact);
    case 'all':
      return compileAll(selector.of.map((part) => compileSelector(part, asJson)));
    case 'any':
      return compileAny(selector.of.map((part) => compileSelector(part, asJson)));
    case 'not': {
      const inner = compileSelector(selector.selector, asJson);
      return { ...SILENT, test: (line) => !inner.test(line) };
    }
  }
}

function compilePatternSelector(text: string, asJson: AsJson | null): CompiledSelector {
  const pattern = parsePattern(text);
  const compiled = compilePattern(pattern);
  if (pattern.kind === 'every') return { ...SILENT, test: () => true, isEvery: true };
  if (pattern.kind === 'json' && asJson) {
    // Extracted fields stand in the line without their names, so its text proves nothing.
    return { ...SILENT, test: (line) => compiled.test(asJson(line)) };
  }
  const capturesAnything = pattern.kind === 'delimited';
  return {
    ...SILENT,
    test: (line) => compiled.test(line),
    capturesAnything,
    collect: (line, into) => {
      if (capturesAnything) addCaptures(compiled.extract(line), into);
    },
    needs: compiled.needs,
  };
}

/** Copies captures whose names are not taken yet. */
export function addCaptures(captures: Captures | null, into: Captures): void {
  if (!captures) return;
  for (const name of Object.keys(captures)) into[name] ??= captures[name] ?? '';
}

function compileKeyword(words: readonly string[]): CompiledSelector {
  const needs = words.some((word) => word === '') ? [] : [plainClause(words)];
  return { ...SILENT, test: ({ text }) => words.some((word) => text.includes(word)), needs };
}

function compileRegexSelector(source: string): CompiledSelector {
  const regex = compileRegex(source);
  return {
    ...SILENT,
    test: ({ text }) => regex.test(text),
    capturesAnything: regex.names.length > 0,
    collect: ({ text }, into) => addCaptures(regex.exec(text)?.groups ?? null, into),
    needs: regex.requiredLiterals ? [plainClause(regex.requiredLiterals)] : [],
  };
}

/** How much the guard of a level selects, in characters of a literal. */
const LEVEL_WORTH = 3;

function compileLevel(level: Level, exact: boolean): CompiledSelector {
  const levels = LEVELS.filter((other) => (exact ? other === level : isAtLeast(other, level)));
  const test = (line: Line): boolean => {
    const found = line.level();
    return found !== null && levels.includes(found);
  };
  return { ...SILENT, test, needs: [[{ guard: compileLevelGuard(levels), worth: LEVEL_WORTH }]] };
}

function compileAll(parts: readonly CompiledSelector[]): CompiledSelector {
  return {
    test: (line) => parts.every((part) => part.test(line)),
    // Every part matched, or this is not asked.
    collect: (line, into) => {
      for (const part of parts) part.collect(line, into);
    },
    capturesAnything: parts.some((part) => part.capturesAnything),
    needs: needAll(parts.map((part) => part.needs)),
    isEvery: parts.every((part) => part.isEvery),
  };
}

function compileAny(parts: readonly CompiledSelector[]): CompiledSelector {
  return {
    test: (line) => parts.some((part) => part.test(line)),
    collect: (line, into) => {
      for (const part of parts) if (part.capturesAnything && part.test(line)) part.collect(line, into);
    },
    capturesAnything: parts.some((part) => part.capturesAnything),
    needs: needAny(parts.map((part) => part.needs)),
    isEvery: parts.some((part) => part.isEvery),
  };
}
