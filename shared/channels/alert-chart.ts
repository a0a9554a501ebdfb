import type { NotifiedAlert } from '../alerts/notification.ts';
import type { Condition, Locale } from '../config/model.ts';
import { formatValue, thresholdText, windowOf } from '../text/condition.ts';
import { formatDuration } from '../text/durations.ts';
import { formatNumber } from '../text/numbers.ts';
import { cutBytes, oneLine } from '../text/plain.ts';
import { word } from '../text/words.ts';
import { curveOf, type Point } from './curve.ts';

/** The value over time beside its threshold, in the unit that the threshold is written in. */
export interface ChartWords {
  /** What is drawn: `Matches in 5m`. */
  caption: string;
  points: Point[];
  /** null: there is none. */
  threshold: number | null;
  /** `≥ 10` */
  thresholdText: string | null;
  /** The largest number drawn, with its unit. */
  topText: string;
}

const POINTS_MAX = 48;

/** null where there is little to see; `at` is the time of the decision, ms. */
export function chartOf(alert: NotifiedAlert, at: number, locale: Locale): ChartWords | null {
  const { condition } = alert;
  const curve = curveOf(alert, alert.endsAt ?? Math.max(at, alert.startsAt), POINTS_MAX);
  if (curve.length < 3 || isOutdated(alert, curve)) return null;
  const scale = scaleOf(condition);
  const points = curve.map(({ at, value }) => ({ at, value: rounded(value / scale) }));
  const limit = thresholdOf(alert);
  const top = Math.max(limit ?? 0, ...curve.map(({ value }) => value));
  return {
    caption: captionOf(condition, locale),
    points,
    threshold: limit === null ? null : rounded(limit / scale),
    thresholdText: limit === null ? null : limitText(alert, limit, locale),
    topText: formatValue(condition, top, locale),
  };
}

/** What was drawn when a count crossed its threshold no longer tells the story once it went far beyond. */
function isOutdated({ condition, endsAt, peak }: NotifiedAlert, curve: readonly Point[]): boolean {
  if (condition.kind !== 'count' || endsAt === null || condition.is.operator.startsWith('<')) return false;
  return Math.max(...curve.map(({ value }) => value)) < peak;
}

/** Shares are drawn in percent, all else in the unit of the threshold. */
function scaleOf(condition: Condition): number {
  if (!('is' in condition)) return 1;
  return condition.is.unit === 'ratio' || condition.kind === 'ratio' ? 0.01 : condition.is.scale;
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

function thresholdOf({ condition, measured = {}, severity }: NotifiedAlert): number | null {
  if ('is' in condition) return condition.is.threshold;
  if (condition.kind !== 'anomaly') return null;
  const { mean, deviation } = measured;
  const times = condition.deviations[severity] ?? condition.deviations.default;
  if (typeof mean !== 'number' || typeof deviation !== 'number' || times === undefined) return null;
  return condition.direction === 'down' ? mean - times * deviation : mean + times * deviation;
}

function limitText({ condition }: NotifiedAlert, limit: number, locale: Locale): string | null {
  if (condition.kind !== 'anomaly') return thresholdText(condition, locale);
  return `${thresholdText(condition, locale)} = ${formatNumber(limit)}`;
}

/** What a chart of the condition draws: `Matches · 5m`. */
export function captionOf(condition: Condition, locale: Locale): string {
  const span = windowOf(condition);
  const what = whatOf(condition, locale);
  return span === null ? what : `${what} · ${formatDuration(span, locale)}`;
}

function whatOf(condition: Condition, locale: Locale): string {
  switch (condition.kind) {
    case 'count':
      return word('matches', locale);
    case 'ratio':
      return `${word('share', locale)} (%)`;
    case 'distinct':
      return word('distinctValues', locale);
    case 'spike':
      return word('multiple', locale);
    case 'value':
      return named(`${condition.stat} ${condition.value.text}`, unitOf(condition.is.text));
    case 'anomaly':
      return condition.over.kind === 'value'
        ? named(`${condition.over.stat} ${condition.over.value.text}`, '')
        : word(condition.over.kind === 'count' ? 'matches' : 'share', locale);
    default:
      return word('value', locale);
  }
}

function named(field: string, unit: string): string {
  const text = cutBytes(oneLine(field), 80);
  return unit === '' ? text : `${text} (${unit})`;
}

/** The unit in a threshold as it is written: `ms` of `> 800ms`. */
function unitOf(text: string): string {
  return /[\d.]\s*([A-Za-zµ%]{1,3})$/.exec(text.trim())?.[1] ?? '';
}
