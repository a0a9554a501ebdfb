import type { Finding, Path } from './explain.ts';
import type { Comparison, Condition, Rule } from './model.ts';

/** What a measure can be at all. */
interface Range {
  lowest: number;
  highest: number;
  words: string;
}

const WHOLE: Range = { lowest: 0, highest: Number.POSITIVE_INFINITY, words: 'is never below 0' };
const SHARE: Range = { lowest: 0, highest: 1, words: 'lies between 0% and 100%' };

/** Conditions of a rule whose answer is known before any event: they hold always, or never. */
export function foregoneConditions({ when }: Rule): Finding[] {
  return when.flatMap(({ condition }, index) => {
    const path: Path = when.length === 1 ? ['when'] : ['when', index];
    return [
      ...foregoneComparison(condition, path),
      ...foregoneAbsence(condition, path),
      ...foregoneAnomaly(condition, path),
    ];
  });
}

function foregoneComparison(condition: Condition, path: Path): Finding[] {
  const compared = comparedOf(condition);
  if (compared === null) return [];
  const { is, range, key, noun } = compared;
  const answer = answerOf(is, range);
  if (answer === null) return [];
  const message = `${JSON.stringify(is.text)} ${answer}, for ${noun} ${range.words}`;
  const expected = 'a comparison that events decide';
  return [{ path: [...path, key], message, expected, atKey: false }];
}

function comparedOf(
  condition: Condition,
): { is: Comparison; range: Range; key: string; noun: string } | null {
  switch (condition.kind) {
    case 'count':
      return { is: condition.is, range: WHOLE, key: 'count', noun: 'a count' };
    case 'ratio':
      return { is: condition.is, range: SHARE, key: 'ratio', noun: 'a share' };
    case 'distinct':
      return { is: condition.is, range: WHOLE, key: 'is', noun: 'a number of values' };
    case 'spike':
      return { is: condition.is, range: WHOLE, key: 'spike', noun: 'a multiple' };
    default:
      return null;
  }
}

function answerOf({ operator, threshold }: Comparison, { lowest, highest }: Range): string | null {
  const outside = threshold < lowest || threshold > highest;
  const [isAlways, isNever] = {
    '>': [threshold < lowest, threshold >= highest],
    '>=': [threshold <= lowest, threshold > highest],
    '<': [threshold > highest, threshold <= lowest],
    '<=': [threshold >= highest, threshold < lowest],
    '==': [false, outside],
    '!=': [outside, false],
  }[operator];
  if (isAlways) return 'holds always';
  return isNever ? 'can never hold' : null;
}

function foregoneAbsence(condition: Condition, path: Path): Finding[] {
  if (condition.kind !== 'absent' || condition.forgetMs === null) return [];
  if (condition.forgetMs > condition.absentMs) return [];
  const message = 'what is absent is forgotten before anybody is told';
  return [{ path: [...path, 'forget'], message, expected: 'a duration longer than absent', atKey: false }];
}

/** One earlier window has no deviation. */
const BASELINE_WINDOWS_MIN = 2;

function foregoneAnomaly(condition: Condition, path: Path): Finding[] {
  if (condition.kind !== 'anomaly') return [];
  const { baselineMs, withinMs, seasonMs } = condition;
  const step = seasonMs === null ? withinMs : Math.max(withinMs, seasonMs);
  if (baselineMs >= BASELINE_WINDOWS_MIN * step) return [];
  const compared = seasonMs === null ? 'windows' : 'seasons';
  const message = `can never hold, for it is shorter than two ${compared}`;
  const expected = `a baseline of many ${compared}`;
  return [{ path: [...path, 'baseline'], message, expected, atKey: false }];
}
