import type { Condition } from '../config/model.ts';

/** Whether two conditions compare the same values in the same direction, so that one chart shows both thresholds. */
export function measureTheSame(one: Condition, other: Condition): boolean {
  return isFall(one) === isFall(other) && withoutThreshold(one) === withoutThreshold(other);
}

function isFall(condition: Condition): boolean {
  return 'is' in condition && (condition.is.operator === '<' || condition.is.operator === '<=');
}

function withoutThreshold(condition: Condition): string {
  const limits = { is: null, count: null, absentMs: null };
  const { is: _is, count: _count, absentMs: _absentMs, ...measured } = { ...limits, ...condition };
  return JSON.stringify(measured);
}
