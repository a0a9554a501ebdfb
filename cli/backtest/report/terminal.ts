import { formatDuration } from '../../../shared/text/durations.ts';
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
  const top = Math.max(1, ...values, rule.threshold ?? 0);
  const axis = formatNumber(top, 0).length;
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

function row(level: number, values: number[], top: number, { threshold }: RuleReport, axis: number): string {
  const line = threshold === null ? -1 : Math.min(HEIGHT - 1, Math.floor((threshold / top) * HEIGHT));
  const label =
    level === line ? formatNumber(threshold ?? 0, 0) : level === HEIGHT - 1 ? formatNumber(top, 0) : '';
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
  const { matched, alerts, notifications, withinMs } = rule;
  const per = (count: number, perDay: number, noun: string) =>
    `${formatNumber(count, 0)} ${noun}${count === 1 ? '' : 's'} (${formatNumber(perDay, 1)} a day)`;
  const said = [
    per(alerts, rule.alertsPerDay, 'alert'),
    per(notifications, rule.notificationsPerDay, 'notification'),
  ];
  return `${formatNumber(matched, 0)} matched, at most ${formatNumber(Math.max(0, ...rule.bins.values), 0)} within ${formatDuration(withinMs, 'en')}; ${said.join(', ')}`;
}
