/**
 * Different values of a field, exact to `DISTINCT_MAX`. An entry is a value's hash, so that the same value is entered
 * once, whoever saw it. Of more values than the limit those with the smallest hashes are kept: the union of what
 * several batches keep then still holds that many (bottom-k sampling, Cohen and Kaplan 2007).
 */
import { hash } from '../../count/entries.ts';
import type { Observation } from '../observation.ts';
import type { Measure } from './measure.ts';

/** "That many or more": beyond it values are no longer told apart. */
export const DISTINCT_MAX = 1_000;

export const DISTINCT: Measure<ReadonlySet<string>> = {
  entries: (observations) => smallest(observations.filter(hasValue).map(({ value }) => hash(String(value)))),
  fold: united,
  combine: united,
};

function united(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const union = new Set<string>();
  for (const set of sets) for (const hashed of set) union.add(hashed);
  return union.size <= DISTINCT_MAX ? union : new Set(smallest([...union]));
}

function hasValue({ matched, value }: Observation): boolean {
  return matched && value !== undefined && value !== null;
}

function smallest(hashes: readonly string[]): string[] {
  const unique = [...new Set(hashes)];
  return unique.length <= DISTINCT_MAX ? unique : unique.sort().slice(0, DISTINCT_MAX);
}
