/** `distinct`: that many different values of a field among the matches of a window. */
import type { Condition } from '../config/model.ts';
import { amountQuestion } from './amount.ts';
import { DISTINCT, DISTINCT_MAX } from './measures/distinct.ts';
import type { WindowQuestion } from './windows.ts';

export function distinctQuestion(
  condition: Extract<Condition, { kind: 'distinct' }>,
): WindowQuestion<ReadonlySet<string>> {
  return amountQuestion(DISTINCT, condition, ({ size }) => ({
    value: size,
    // More are not told apart.
    measured: size >= DISTINCT_MAX ? { atLeast: DISTINCT_MAX } : {},
  }));
}
