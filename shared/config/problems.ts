/** What kind of problem, for programs. */
export type ProblemCode =
  | 'yaml'
  | 'slip'
  | 'value'
  | 'reference'
  | 'unavailable'
  | 'variable'
  | 'literal-secret'
  | 'duplicate'
  | 'routing';

/** One thing to mend in a document. */
export interface Problem {
  file: string;
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units. */
  column: number;
  /** `rules[2].when.count`; empty for the file as a whole. */
  path: string;
  message: string;
  expected?: string;
  /** What was probably meant: a key, a name, or (for slips) the whole corrected line. */
  suggestion?: string;
  severity: 'error' | 'warning';
  code: ProblemCode;
}

/** `FILE:LINE:COL: PATH: what is wrong, what was expected`. */
export function formatProblem({ file, line, column, path, message, expected, severity }: Problem): string {
  const place = path === '' ? '' : `${path}: `;
  const warning = severity === 'warning' ? 'warning: ' : '';
  const sentence = expected === undefined ? message : `${message}, expected ${expected}`;
  return `${file}:${line}:${column}: ${place}${warning}${sentence}`;
}

/** In the order of the files, then of the text; the same thing at the same place once. */
export function inOrder(problems: readonly Problem[], files: readonly string[]): Problem[] {
  const once = new Map(problems.map((problem) => [JSON.stringify(Object.values(problem)), problem]));
  const order = (problem: Problem) => files.indexOf(problem.file);
  return [...once.values()].sort((a, b) => order(a) - order(b) || a.line - b.line || a.column - b.column);
}
