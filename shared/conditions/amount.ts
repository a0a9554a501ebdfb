/** How much there is in a window, of matches or of different values: an event only ever adds to it. */
import type { Comparison } from '../config/model.ts';
import { slicingOf } from '../count/slices.ts';
import { ABSENCE_GRACE_MS, GRACE_MS, growsInto, satisfies, worseBy } from './compare.ts';
import type { Measure } from './measures/measure.ts';
import { closedWindow, slicesBefore } from './spans.ts';
import type { Verdict, WindowQuestion } from './windows.ts';

/** `amountOf`: what the slices of a window say together, as a number. */
export function amountQuestion<Slice>(
  measure: Measure<Slice>,
  { is, withinMs }: { is: Comparison; withinMs: number },
  amountOf: (window: Slice) => Omit<Verdict, 'holds'>,
): WindowQuestion<Slice> {
  const slicing = slicingOf(withinMs);
  const early = growsInto(is);
  const span = early ? slicing.windowSlices : closedWindow(slicing);
  const holdsWhenEmpty = satisfies(0, is);
  return {
    measure,
    slicing,
    span,
    early,
    holdsWhenEmpty,
    graceMs: holdsWhenEmpty ? ABSENCE_GRACE_MS : GRACE_MS,
    worse: worseBy(is),
    // What lacks in a window is no proof before a whole window has been watched.
    ...(holdsWhenEmpty ? { silentMs: withinMs } : {}),
    verdict: (at, slice) => {
      const amount = amountOf(measure.combine(slicesBefore(at, slice, span)));
      return { holds: satisfies(amount.value, is), ...amount };
    },
  };
}
