/**
 * `value`: a statistic of the numbers that matches carry. The largest of them is judged with every write where it must
 * not rise too high, and the smallest where it must not fall too low; the others on windows that are over.
 */
import { measuredNumber } from '../config/comparisons.ts';
import type { Comparison, Condition } from '../config/model.ts';
import { slicingOf } from '../count/slices.ts';
import { GRACE_MS, growsInto, satisfies, worseBy } from './compare.ts';
import { type Numbers, numbersMeasure, statisticOf } from './measures/numbers.ts';
import type { Observation } from './observation.ts';
import { closedWindow, slicesBefore } from './spans.ts';
import type { WindowQuestion } from './windows.ts';

type ValueCondition = Extract<Condition, { kind: 'value' }>;

export function valueQuestion(condition: ValueCondition): WindowQuestion<Numbers> {
  const { is, stat, atLeast } = condition;
  const slicing = slicingOf(condition.withinMs);
  const early = (stat === 'max' && growsInto(is)) || (stat === 'min' && fallsInto(is));
  const span = early ? slicing.windowSlices : closedWindow(slicing);
  const read = (value: unknown) => measuredNumber(value, is);
  const measure = numbersMeasure(stat, read);
  const concerns = ({ matched, value }: Observation) => {
    const number = matched ? read(value) : null;
    return number !== null && satisfies(number, is);
  };
  return {
    measure,
    slicing,
    span,
    early,
    holdsWhenEmpty: false,
    graceMs: GRACE_MS,
    worse: worseBy(is),
    // The largest of a window holds where one of its numbers does; where there must be several, any may be the last.
    ...(early && atLeast === 1 ? { concerns } : {}),
    verdict: (at, slice) => {
      const numbers = measure.combine(slicesBefore(at, slice, span));
      const value = statisticOf(numbers, stat);
      if (value === undefined || numbers.count < atLeast) return undefined;
      const { count, unreadable } = numbers;
      return { holds: satisfies(value, is), value, measured: { samples: count, unreadable } };
    },
  };
}

function fallsInto({ operator }: Comparison): boolean {
  return operator === '<' || operator === '<=';
}
