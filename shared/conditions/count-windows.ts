/** `count` as a question among others: where it must hold for some time, or asks for few matches instead of many. */
import { slicingOf } from '../count/slices.ts';
import { ABSENCE_GRACE_MS, GRACE_MS, growsInto, satisfies, worseBy } from './compare.ts';
import type { CountCondition } from './count.ts';
import { MATCHES } from './measures/matches.ts';
import { closedWindow, slicesBefore } from './spans.ts';
import type { WindowQuestion } from './windows.ts';

export function countQuestion({ is, withinMs }: CountCondition): WindowQuestion<number> {
  const slicing = slicingOf(withinMs);
  const early = growsInto(is);
  const span = early ? slicing.windowSlices : closedWindow(slicing);
  const holdsWhenEmpty = satisfies(0, is);
  return {
    measure: MATCHES,
    slicing,
    span,
    early,
    holdsWhenEmpty,
    graceMs: holdsWhenEmpty ? ABSENCE_GRACE_MS : GRACE_MS,
    worse: worseBy(is),
    // What lacks in a window is no proof before a whole window has been watched.
    ...(holdsWhenEmpty ? { silentMs: withinMs } : {}),
    verdict: (at, slice) => {
      const value = MATCHES.combine(slicesBefore(at, slice, span));
      return { holds: satisfies(value, is), value, measured: {} };
    },
  };
}
