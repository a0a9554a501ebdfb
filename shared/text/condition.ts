import type { Condition, Locale } from '../config/model.ts';
import { describeComparison, formatThreshold } from './comparisons.ts';
import { formatDuration } from './durations.ts';
import { formatAsWritten, formatMeasure, formatNumber } from './numbers.ts';

type Anomaly = Extract<Condition, { kind: 'anomaly' }>;

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

function english(condition: Condition): string {
  const during = (ms: number) => `within ${formatDuration(ms, 'en')}`;
  switch (condition.kind) {
    case 'count':
      return `${describeComparison(condition.is, 'en')} ${plural(condition.is.threshold, 'match', 'matches')} ${during(condition.withinMs)}`;
    case 'ratio':
      return `${describeComparison(condition.is, 'en')} of events match ${during(condition.withinMs)}`;
    case 'value':
      return `${condition.stat} of ${condition.value.text} ${describeComparison(condition.is, 'en')} ${during(condition.withinMs)}`;
    case 'distinct':
      return `${describeComparison(condition.is, 'en')} different ${plural(condition.is.threshold, 'value', 'values')} of ${condition.value.text} ${during(condition.withinMs)}`;
    case 'absent':
      return `no match for ${formatDuration(condition.absentMs, 'en')}`;
    case 'consecutive':
      return `${formatNumber(condition.count)} ${plural(condition.count, 'match', 'matches')} in a row within one log stream`;
    case 'spike':
      return `${describeComparison(condition.is, 'en')} the matches of the ${formatDuration(condition.withinMs, 'en')} before`;
    case 'anomaly':
      return `${overOf(condition, OVER_EN)} ${during(condition.withinMs)} ${deviationsOf(condition)}σ ${DIRECTIONS_EN[condition.direction]} its baseline of ${formatDuration(condition.baselineMs, 'en')}${seasonOf(condition, 'en')}`;
    case 'novel':
      return condition.of === 'template'
        ? 'a message shape never seen before'
        : `a value of ${condition.of.text} never seen before`;
    case 'change':
      return `${condition.value.text} changed`;
  }
}

function chinese(condition: Condition): string {
  const during = (ms: number) => `${formatDuration(ms, 'zh-CN')}内`;
  switch (condition.kind) {
    case 'count':
      return `${during(condition.withinMs)}匹配${describeComparison(condition.is, 'zh-CN')} 条`;
    case 'ratio':
      return `${during(condition.withinMs)}匹配占比${describeComparison(condition.is, 'zh-CN')}`;
    case 'value':
      return `${during(condition.withinMs)} ${condition.value.text} 的 ${condition.stat} ${describeComparison(condition.is, 'zh-CN')}`;
    case 'distinct':
      return `${during(condition.withinMs)} ${condition.value.text} 的不同取值${describeComparison(condition.is, 'zh-CN')} 个`;
    case 'absent':
      return `${formatDuration(condition.absentMs, 'zh-CN')}没有匹配`;
    case 'consecutive':
      return `同一日志流中连续匹配 ${formatNumber(condition.count)} 条`;
    case 'spike':
      return `匹配数${describeComparison(condition.is, 'zh-CN')}（与前一个 ${formatDuration(condition.withinMs, 'zh-CN')}相比）`;
    case 'anomaly':
      return `${during(condition.withinMs)}${overOf(condition, OVER_ZH)}${DIRECTIONS_ZH[condition.direction]} ${formatDuration(condition.baselineMs, 'zh-CN')}基线 ${deviationsOf(condition)}σ${seasonOf(condition, 'zh-CN')}`;
    case 'novel':
      return condition.of === 'template'
        ? '出现从未见过的日志模式'
        : `${condition.of.text} 出现从未见过的取值`;
    case 'change':
      return `${condition.value.text} 发生变化`;
  }
}

const DIRECTIONS_EN = { up: 'above', down: 'below', both: 'above or below' } as const;
const DIRECTIONS_ZH = { up: '高于', down: '低于', both: '偏离' } as const;

const OVER_EN = {
  count: 'matches',
  ratio: 'share of matches',
  value: (field: string) => `${field} `,
} as const;
const OVER_ZH = { count: '匹配数', ratio: '匹配占比', value: (field: string) => ` ${field} ` } as const;

function overOf({ over }: Anomaly, words: typeof OVER_EN | typeof OVER_ZH): string {
  return over.kind === 'value' ? words.value(`${over.stat} ${over.value.text}`).trimEnd() : words[over.kind];
}

function seasonOf({ seasonMs }: Anomaly, locale: Locale): string {
  if (seasonMs === null) return '';
  const season = formatDuration(seasonMs, locale);
  return locale === 'en' ? `, compared every ${season}` : `（按 ${season}周期比较）`;
}

function deviationsOf(condition: Anomaly): string {
  return formatNumber(Math.min(...Object.values(condition.deviations)));
}

/** The condition in words: `at least 10 matches within 5m`, `5 分钟内匹配不少于 10 条`. */
export function describeCondition(condition: Condition, locale: Locale): string {
  return locale === 'en' ? english(condition) : chinese(condition);
}

/** A value of the condition (given in its base unit) with its unit, as the threshold is written: `12`, `5.3%`, `812ms`. */
export function formatValue(condition: Condition, value: number, locale: Locale): string {
  if (condition.kind === 'absent') return formatMeasure(value, 'duration', locale);
  // Shares of a baseline are kept in percent (`shared/conditions/anomaly.ts`).
  if (condition.kind === 'anomaly' && condition.over.kind === 'ratio') return `${formatNumber(value)}%`;
  return 'is' in condition ? formatAsWritten(value, condition.is, locale) : formatNumber(value);
}

/** What the value is compared with, in signs; null where there is no such number. */
export function thresholdText(condition: Condition, locale: Locale): string | null {
  if ('is' in condition) return formatThreshold(condition.is, locale);
  return condition.kind === 'anomaly' ? `${deviationsOf(condition)}σ` : null;
}

/** The span that one judgement of the condition looks at, ms; null where it has none. */
export function windowOf(condition: Condition): number | null {
  if ('withinMs' in condition) return condition.withinMs;
  return condition.kind === 'absent' ? condition.absentMs : null;
}
