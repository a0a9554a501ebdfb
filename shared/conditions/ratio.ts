/** `ratio`: matches are that share of the events of `of`. Judged on windows that are over. */
import type { Condition } from '../config/model.ts';
import { slicingOf } from '../count/slices.ts';
import { GRACE_MS, satisfies, worseBy } from './compare.ts';
import { SHARE, type Share } from './measures/share.ts';
import { closedWindow, slicesBefore } from './spans.ts';
import type { WindowQuestion } from './windows.ts';

export function ratioQuestion(condition: Extract<Condition, { kind: 'ratio' }>): WindowQuestion<Share> {
  const slicing = slicingOf(condition.withinMs);
  const span = closedWindow(slicing);
  return {
    measure: SHARE,
    slicing,
    span,
    early: false,
    holdsWhenEmpty: false,
    graceMs: GRACE_MS,
    worse: worseBy(condition.is),
    verdict: (at, slice) => {
      const { of, matched } = SHARE.combine(slicesBefore(at, slice, span));
      if (of === 0 || of < condition.atLeast) return undefined;
      const value = matched / of;
      return { holds: satisfies(value, condition.is), value, measured: { matched, of } };
    },
  };
}
