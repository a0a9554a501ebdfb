/** `distinct`: that many different values of a field among the matches of a window. */
import type { Condition } from '../config/model.ts';
import { slicingOf } from '../count/slices.ts';
import { ABSENCE_GRACE_MS, GRACE_MS, growsInto, satisfies, worseBy } from './compare.ts';
import { DISTINCT, DISTINCT_MAX } from './measures/distinct.ts';
import { closedWindow, slicesBefore } from './spans.ts';
import type { WindowQuestion } from './windows.ts';

export function distinctQuestion({
  is,
  withinMs,
}: Extract<Condition, { kind: 'distinct' }>): WindowQuestion<ReadonlySet<string>> {
  const slicing = slicingOf(withinMs);
  const early = growsInto(is);
  const span = early ? slicing.windowSlices : closedWindow(slicing);
  const holdsWhenEmpty = satisfies(0, is);
  return {
    measure: DISTINCT,
    slicing,
    span,
    early,
    holdsWhenEmpty,
    graceMs: holdsWhenEmpty ? ABSENCE_GRACE_MS : GRACE_MS,
    worse: worseBy(is),
    // What lacks in a window is no proof before a whole window has been watched.
    ...(holdsWhenEmpty ? { silentMs: withinMs } : {}),
    verdict: (at, slice) => {
      const value = DISTINCT.combine(slicesBefore(at, slice, span)).size;
      const measured: Record<string, number> = value >= DISTINCT_MAX ? { atLeast: DISTINCT_MAX } : {};
      return { holds: satisfies(value, is), value, measured };
    },
  };
}
