/** `spike`: a window holds a multiple of the matches of the one before. Judged on windows that are over. */
import type { Condition } from '../config/model.ts';
import { slicingOf } from '../count/slices.ts';
import { GRACE_MS, growsInto, satisfies, worseBy } from './compare.ts';
import { MATCHES } from './measures/matches.ts';
import { closedWindow, slicesBefore } from './spans.ts';
import type { WindowQuestion } from './windows.ts';

export function spikeQuestion({
  is,
  withinMs,
  atLeast,
}: Extract<Condition, { kind: 'spike' }>): WindowQuestion<number> {
  const slicing = slicingOf(withinMs);
  const window = closedWindow(slicing);
  return {
    measure: MATCHES,
    slicing,
    span: 2 * window,
    early: false,
    holdsWhenEmpty: false,
    graceMs: GRACE_MS,
    worse: worseBy(is),
    silentMs: 2 * withinMs,
    verdict: (at, slice) => {
      const now = MATCHES.combine(slicesBefore(at, slice, window));
      const before = MATCHES.combine(slicesBefore(at, slice - window, window));
      // Of a fall, the window before must have had enough; of a rise, the one that rose.
      if (before < 1 || (growsInto(is) ? now : before) < atLeast) return undefined;
      const value = now / before;
      return { holds: satisfies(value, is), value, measured: { now, before } };
    },
  };
}
