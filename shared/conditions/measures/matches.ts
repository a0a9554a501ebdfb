import { countEntries, entriesOf } from '../../count/entries.ts';
import type { Measure } from './measure.ts';

/** How many events matched. */
export const MATCHES: Measure<number> = {
  entries: (observations) => entriesOf(observations.filter(({ matched }) => matched).map(({ id }) => id)),
  fold: (sets) => countEntries(sets),
  combine: (slices) => slices.reduce((sum, count) => sum + count, 0),
};
