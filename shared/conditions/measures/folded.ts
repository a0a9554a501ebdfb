import type { Measure } from './measure.ts';

interface Folded {
  sets: readonly ReadonlySet<string>[];
  slice: unknown;
}

/** What was folded, by measure and first set: it is forgotten with the set. */
const FOLDED = new WeakMap<Measure<unknown>, WeakMap<ReadonlySet<string>, Folded>>();

/** What a slice's sets say together; the very sets that were folded before are not folded again. */
export function folded(measure: Measure<unknown>, sets: readonly ReadonlySet<string>[]): unknown {
  const [first] = sets;
  if (first === undefined) return measure.fold(sets);
  const known = FOLDED.get(measure) ?? new WeakMap<ReadonlySet<string>, Folded>();
  FOLDED.set(measure, known);
  const before = known.get(first);
  if (before !== undefined && areSame(before.sets, sets)) return before.slice;
  const slice = measure.fold(sets);
  known.set(first, { sets, slice });
  return slice;
}

function areSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}
