/**
 * The order of a rule's versions. Functions hear of an edit one after the other, and for about a minute some still work
 * by the rule as it was. What is kept for a rule therefore carries the revision that it was written by, and whoever
 * knows an older one neither ends nor replaces it: it stays for those who know the rule as it is.
 */
import type { Clause } from './ports.ts';

/** A rule as one function knows it. */
export interface RuleVersion {
  /** What it counts; others count otherwise. */
  generation: string;
  /** Of two revisions of a rule the greater is the newer one. */
  revision: number;
}

/** Whether another rule than the one that a function knows has taken its place since. */
export function isOvertaken(known: RuleVersion, found: RuleVersion): boolean {
  return found.generation !== known.generation && found.revision > known.revision;
}

/** Any of these holds for an item that was written by this revision or an older one. */
export function writtenUpTo(revision: number): Clause[] {
  return [
    { attribute: 'revision', is: 'absent' },
    { attribute: 'revision', is: '<=', value: revision },
  ];
}
