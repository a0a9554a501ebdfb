/**
 * What a text must hold for a selector to have a chance. Every clause is a list of probes of which at least one
 * succeeds on each text that the selector matches.
 */
export type Probe = Literal | Guard;

/**
 * A substring. `json`: it stands for a JSON key or string, which may be written with \u escapes instead; a text
 * that holds `\u` then proves nothing. `weak`: lines hold it often, such as a JSON key.
 */
export interface Literal {
  text: string;
  json: boolean;
  weak: boolean;
}

/** A regular expression, or what stands in for one; equal sources ask the same. */
export interface TextTest {
  readonly source: string;
  test(text: string): boolean;
}

/** A cheap test that every matching text passes; `worth` is how much it selects, in characters of a literal. */
export interface Guard {
  guard: TextTest;
  worth: number;
}

export type Clause = readonly Probe[];

/** All clauses hold in every text that matches; none: nothing is known. */
export type Needs = readonly Clause[];

/** More are not worth choosing from. */
const MAX_CLAUSES = 12;
const MAX_ALTERNATIVES = 64;
const WEAKNESS = 3;

/** That at least one of the texts occurs, as written. */
export function plainClause(texts: readonly string[]): Clause {
  return texts.map((text) => ({ text, json: false, weak: false }));
}

/** What all of several parts need. */
export function needAll(parts: readonly Needs[]): Needs {
  return parts.flat().slice(0, MAX_CLAUSES);
}

/** What at least one of several parts needs: one clause with the best of each. */
export function needAny(parts: readonly Needs[]): Needs {
  const chosen = parts.map((needs) => bestClause(needs, worthOfLength));
  if (chosen.some((clause) => clause === null)) return [];
  const clause = chosen.flatMap((part) => part ?? []);
  return clause.length === 0 || clause.length > MAX_ALTERNATIVES ? [] : [clause];
}

/** The clause whose least selective probe selects most; null where there is none. */
export function bestClause(needs: Needs, worth: (literal: Literal) => number): Clause | null {
  const worthOf = (clause: Clause): number =>
    Math.min(...clause.map((probe) => ('guard' in probe ? probe.worth : worth(probe))));
  let best: Clause | null = null;
  let bestWorth = Number.NEGATIVE_INFINITY;
  for (const clause of needs) {
    const value = worthOf(clause);
    if (value > bestWorth) [best, bestWorth] = [clause, value];
  }
  return best;
}

/** How much a literal selects, by its length alone. */
export function worthOfLength({ text, weak }: Literal): number {
  return Math.min(text.length, 12) - (weak ? WEAKNESS : 0);
}

/** The longest stretch of a JSON string that is written as is, or with \u escapes, but in no other way. */
export function jsonLiteral(text: string, weak: boolean): Literal | null {
  const stretches = text.split(/["\\/\u0000-\u001f\ud800-\udfff]+/u);
  const longest = stretches.reduce((a, b) => (b.length > a.length ? b : a), '');
  return longest === '' ? null : { text: longest, json: true, weak };
}
