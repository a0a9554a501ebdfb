import { formatNumber } from '../../../shared/text/numbers.ts';
import { oneLine } from '../../../shared/text/plain.ts';
import { formatTime } from '../../../shared/text/times.ts';
import type { Chart } from './drawing.ts';
import type { Report, RuleReport, Span } from './report.ts';

const WIDTH = 72;
const HEIGHT = 5;
const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** The charts of each rule, the rules that matched nothing in one line. */
export function reportText(report: Report, timeZone: string): string {
  const rules = report.rules();
  const quiet = rules.filter(({ matched, alerts }) => matched === 0 && alerts === 0);
  const charts = rules
    .filter((rule) => !quiet.includes(rule))
    .map((rule) => ruleText(rule, report.span, timeZone));
  const silence = quiet.length === 0 ? '' : `\nmatched nothing: ${quiet.map(({ id }) => id).join(', ')}\n`;
  return `${charts.join('')}${silence}\n`;
}

function ruleText(rule: RuleReport, span: Span, timeZone: string): string {
  const drawn = rule.charts.map((chart) => chartRows(rule, chart, span, timeZone));
  const axis = ' '.repeat(drawn.at(-1)?.axis ?? 0);
  return [
    ...drawn.flatMap(({ rows }) => rows),
    ...(rule.firing.length === 0 ? [] : [`${axis}  ${firingRow(rule.firing, span)} ▀ fired`]),
    `${axis}  ${loudness(rule)}`,
    '',
  ].join('\n');
}

function chartRows(rule: RuleReport, chart: Chart, span: Span, timeZone: string) {
  const values = chart.bins.resampled(WIDTH, span.to);
  const top = topOf(chart, values);
  const marks = marksOf(chart, top);
  const axis = Math.max(...[...marks.values(), chart.format(top)].map((text) => text.length));
  const levels = Array.from({ length: HEIGHT }, (_, index) => HEIGHT - 1 - index);
  const times = [span.from, span.to].map((time) => formatTime(time, timeZone));
  const gap = ' '.repeat(Math.max(1, WIDTH - times.join('').length));
  const rows = [
    '',
    `${rule.id}: ${oneLine(chart.condition)}`,
    ...levels.map((level) =>
      row(level, values, top, marks, level === HEIGHT - 1 ? chart.format(top) : '', axis),
    ),
    `${' '.repeat(axis)} └${'─'.repeat(WIDTH)}`,
    `${' '.repeat(axis)}  ${times.join(gap)}`,
  ];
  return { rows, axis };
}

/** The value at the chart's upper edge, above 0. */
export function topOf({ limits }: Chart, values: readonly number[]): number {
  const top = Math.max(0, ...values, ...limits.map(({ threshold }) => threshold));
  return top > 0 ? top : 1;
}

/** The thresholds in words, by the row that each falls into; of two in one row the greater. */
function marksOf({ limits, format }: Chart, top: number): Map<number, string> {
  return new Map(
    limits.map(({ threshold }) => {
      const level = Math.min(HEIGHT - 1, Math.max(0, Math.floor((threshold / top) * HEIGHT)));
      return [level, format(threshold)] as const;
    }),
  );
}

function row(
  level: number,
  values: number[],
  top: number,
  marks: ReadonlyMap<number, string>,
  edge: string,
  axis: number,
): string {
  const mark = marks.get(level);
  const cells = values.map((value) => {
    const eighths = Math.round((value / top) * HEIGHT * 8) - level * 8;
    const least = value > 0 && level === 0 ? 1 : 0;
    const cell = EIGHTHS[Math.max(least, Math.min(8, eighths))] ?? ' ';
    return cell === ' ' && mark !== undefined ? '┄' : cell;
  });
  return `${(mark ?? edge).padStart(axis)} ${mark === undefined ? '│' : '┼'}${cells.join('').trimEnd()}`;
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
  const { matched, alerts, notifications, charts } = rule;
  const extremes = charts.map(({ extreme }) => extreme).join(', ');
  const per = (count: number, perDay: number, noun: string) =>
    `${formatNumber(count, 0)} ${noun}${count === 1 ? '' : 's'} (${formatNumber(perDay, 1)} a day)`;
  const said = [
    per(alerts, rule.alertsPerDay, 'alert'),
    per(notifications, rule.notificationsPerDay, 'notification'),
  ];
  return `${formatNumber(matched, 0)} matched, ${extremes}; ${said.join(', ')}`;
}
