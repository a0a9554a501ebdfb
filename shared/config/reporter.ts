import type { Finding } from './explain.ts';
import type { Entry } from './merge.ts';
import type { Problem, ProblemCode } from './problems.ts';

/** Collects the problems of a document and gives each its place. */
export class Reporter {
  readonly problems: Problem[];
  /** Where something is wrong already: what follows from it is not told. */
  readonly #faulty: ReadonlySet<string>;

  /** `problems`: those of reading the files. */
  constructor(problems: readonly Problem[]) {
    this.problems = [...problems];
    this.#faulty = new Set(problems.filter(({ severity }) => severity === 'error').map(spot));
  }

  /** A finding inside an entry: in its own keys or in those that it has from `defaults`. */
  add(entry: Entry, finding: Finding, code: ProblemCode, severity: Problem['severity'] = 'error'): void {
    const origin = entry.inherited.get(String(finding.path[0]));
    const base = origin === undefined ? entry.path : ['defaults'];
    const placed = { ...finding, path: [...base, ...finding.path] };
    const problem = (origin ?? entry.source).problem(placed, finding.code ?? code, severity);
    if (!this.#faulty.has(spot(problem))) this.problems.push(problem);
  }
}

function spot({ file, line, column }: Problem): string {
  return `${file}:${line}:${column}`;
}
