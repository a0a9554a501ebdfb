import { formatNumber } from '../../../shared/text/numbers.ts';
import { oneLine } from '../../../shared/text/plain.ts';
import { formatTime } from '../../../shared/text/times.ts';
import type { Report, RuleReport, Span } from './report.ts';

const WIDTH = 72;
const HEIGHT = 5;
const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A chart for each rule, the rules that matched nothing in one line. */
export function reportText(report: Report, timeZone: string): string {
  const rules = report.rules();
  const quiet = rules.filter(({ matched, alerts }) => matched === 0 && alerts === 0);
  const charts = rules
    .filter((rule) => !quiet.includes(rule))
    .map((rule) => chart(rule, report.span, timeZone));
  const silence = quiet.length === 0 ? '' : `\nmatched nothing: ${quiet.map(({ id }) => id).join(', ')}\n`;
  return `${charts.join('')}${silence}\n`;
}

function chart(rule: RuleReport, span: Span, timeZone: string): string {
  const values = rule.bins.resampled(WIDTH, span.to);
  const top = topOf(rule, values);
  const axis = Math.max(...[top, rule.scale?.threshold ?? 0].map((value) => format(rule, value).length));
  const rows = Array.from({ length: HEIGHT }, (_, index) => row(HEIGHT - 1 - index, values, top, rule, axis));
  const times = [span.from, span.to].map((time) => formatTime(time, timeZone));
  const gap = ' '.repeat(Math.max(1, WIDTH - times.join('').length));
  return [
    '',
    `${rule.id}: ${oneLine(rule.condition)}`,
    ...rows,
    `${' '.repeat(axis)} └${'─'.repeat(WIDTH)}`,
    `${' '.repeat(axis)}  ${times.join(gap)}`,
    ...(rule.firing.length === 0 ? [] : [`${' '.repeat(axis)}  ${firingRow(rule.firing, span)} ▀ fired`]),
    `${' '.repeat(axis)}  ${loudness(rule)}`,
    '',
  ].join('\n');
}

/** The value at the chart's upper edge, above 0. */
export function topOf({ scale }: RuleReport, values: readonly number[]): number {
  const top = Math.max(0, ...values, scale?.threshold ?? 0);
  return top > 0 ? top : 1;
}

/** A value of the rule's chart, as its threshold is written. */
export function format({ scale }: RuleReport, value: number): string {
  return scale === null ? formatNumber(value, 0) : scale.format(value);
}

function row(level: number, values: number[], top: number, rule: RuleReport, axis: number): string {
  const threshold = rule.scale?.threshold ?? 0;
  const line =
    rule.scale === null ? -1 : Math.min(HEIGHT - 1, Math.max(0, Math.floor((threshold / top) * HEIGHT)));
  const label = level === line ? format(rule, threshold) : level === HEIGHT - 1 ? format(rule, top) : '';
  const cells = values.map((value) => {
    const eighths = Math.round((value / top) * HEIGHT * 8) - level * 8;
    const least = value > 0 && level === 0 ? 1 : 0;
    const cell = EIGHTHS[Math.max(least, Math.min(8, eighths))] ?? ' ';
    return cell === ' ' && level === line ? '┄' : cell;
  });
  return `${label.padStart(axis)} ${level === line ? '┼' : '│'}${cells.join('').trimEnd()}`;
}

function firingRow(firing: readonly Span[], { from, to }: Span): string {
  const stretch = Math.max(to - from, 1) / WIDTH;
  return Array.from({ length: WIDTH }, (_, index) => {
    const [start, end] = [from + index * stretch, from + (index + 1) * stretch];
    return firing.some((span) => span.from < end && span.to >= start) ? '▀' : ' ';
  }).join('');
}

/** How loud the rule would have been. */
export function loudness(rule: RuleReport): string {
  const { matched, alerts, notifications, extreme } = rule;
  const per = (count: number, perDay: number, noun: string) =>
    `${formatNumber(count, 0)} ${noun}${count === 1 ? '' : 's'} (${formatNumber(perDay, 1)} a day)`;
  const said = [
    per(alerts, rule.alertsPerDay, 'alert'),
    per(notifications, rule.notificationsPerDay, 'notification'),
  ];
  return `${formatNumber(matched, 0)} matched, ${extreme}; ${said.join(', ')}`;
}
