import type { Observation } from '../observation.ts';

/**
 * What is written of events, and read back: events become entries of a set (`count/store.ts`), and the union of a
 * slice's sets becomes what is known of the slice. The same events give the same entries in any order.
 */
export interface Measure<Slice> {
  /** The entries of a batch's events in one slice. */
  entries(observations: readonly Observation[]): string[];
  /** What a slice's sets say together. */
  fold(sets: readonly ReadonlySet<string>[]): Slice;
  /** Several slices as one. */
  combine(slices: readonly Slice[]): Slice;
}
