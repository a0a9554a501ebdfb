import type { Comparison, Locale, Operator } from '../config/model.ts';
import { formatAsWritten } from './numbers.ts';

const EN: Record<Operator, string> = {
  '>': 'more than',
  '>=': 'at least',
  '<': 'less than',
  '<=': 'at most',
  '==': 'exactly',
  '!=': 'other than',
};

const ZH: Record<Operator, string> = {
  '>': '大于',
  '>=': '不少于',
  '<': '少于',
  '<=': '不超过',
  '==': '等于',
  '!=': '不等于',
};

/** The threshold in words: `at least 10`, `more than 5%`, `不少于 10`. */
export function describeComparison(is: Comparison, locale: Locale): string {
  const words = locale === 'en' ? EN : ZH;
  return `${words[is.operator]} ${formatAsWritten(is.threshold, is, locale)}`;
}

const SIGNS: Record<Operator, string> = { '>': '>', '>=': '≥', '<': '<', '<=': '≤', '==': '=', '!=': '≠' };

/** The threshold in signs: `≥ 10`, `> 5%`. */
export function formatThreshold(is: Comparison, locale: Locale): string {
  return `${SIGNS[is.operator]} ${formatAsWritten(is.threshold, is, locale)}`;
}
