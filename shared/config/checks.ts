/**
 * Judgements on texts whose languages are built elsewhere: `shared/match` knows filter patterns and regexes, and it
 * imports this folder, not the other way round.
 */
export interface TextChecks {
  /** Says what is wrong with a CloudWatch Logs filter pattern, and at which character (from 0), or null. */
  checkPattern?: (pattern: string) => { message: string; position: number } | null;
  /** Says why a regex is refused (RE2), or null. */
  checkRegex?: (source: string) => string | null;
}

/** The report of a bad pattern: the pattern's own words, and where in it. */
export function patternProblem(checks: TextChecks, pattern: string): string | null {
  const problem = checks.checkPattern?.(pattern) ?? null;
  return problem === null ? null : `${problem.message} (character ${problem.position + 1} of the pattern)`;
}
