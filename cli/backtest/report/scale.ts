/** What the values of a rule's chart are compared with, and how they are written. */
import { levelsOf } from '../../../shared/conditions/anomaly.ts';
import { windowQuestion } from '../../../shared/conditions/question.ts';
import type { Condition, Severity } from '../../../shared/config/model.ts';
import { formatLasted } from '../../../shared/text/durations.ts';
import { formatAsWritten, formatNumber } from '../../../shared/text/numbers.ts';

export interface Limit {
  threshold: number;
  /** What it is the limit of; null: the condition has one only. */
  severity: Severity | null;
}

export interface Scale {
  limits: Limit[];
  /** The condition holds below the threshold: the least values matter. */
  isFall: boolean;
  format(value: number): string;
}

/** Of values that the condition compares with a threshold; null: it compares none. */
export function scaleOf(condition: Condition): Scale | null {
  switch (condition.kind) {
    case 'consecutive':
      return scale(condition.count, (value) => formatNumber(value, 0));
    case 'absent':
      return scale(condition.absentMs, (value) => formatLasted(value, 'en'));
    case 'anomaly': {
      const format = (value: number) => `${formatNumber(value, 1)}σ`;
      return { limits: levelsOf(condition), isFall: false, format };
    }
  }
  if (windowQuestion(condition) === null || !('is' in condition)) return null;
  const { is } = condition;
  const isFall = is.operator === '<' || is.operator === '<=';
  return { ...scale(is.threshold, (value) => formatAsWritten(value, is, 'en')), isFall };
}

function scale(threshold: number, format: Scale['format']): Scale {
  return { limits: [{ threshold, severity: null }], isFall: false, format };
}
