/** The report as one page that needs nothing from anywhere. */
import { escapeHtml } from '../../../shared/text/html.ts';
import { formatNumber } from '../../../shared/text/numbers.ts';
import { formatTime } from '../../../shared/text/times.ts';
import type { Totals } from '../player.ts';
import type { Chart } from './drawing.ts';
import type { Report, RuleReport, Span } from './report.ts';
import type { Limit } from './scale.ts';
import { loudness, topOf } from './terminal.ts';

const WIDTH = 900;
const HEIGHT = 140;
const POINTS = 900;

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2530; --soft: #64707d; --line: #d8dee4; --bar: #3b7dd8; --fire: #d64545; --page: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa6b2; --line: #313a44; --bar: #6ea8fe; --fire: #ff7b72; --page: #12171d } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.05rem; margin: 2rem 0 0 } p { margin: .2rem 0; color: var(--soft) }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 } th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line) }
th:first-child, td:first-child { text-align: left } .wide { overflow-x: auto }
figure { margin: .4rem 0; font-size: .75rem; color: var(--soft) } .plot { position: relative } svg { width: 100%; height: 9rem; display: block }
.ends { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem } .greatest { text-align: right }
.bar { fill: var(--bar); opacity: .75 } .fire { fill: var(--fire); opacity: .18 } .axis { stroke: var(--line) } line { vector-effect: non-scaling-stroke }
.threshold { stroke: var(--fire); stroke-width: 1.5; stroke-dasharray: 5 4 }
.at { position: absolute; left: .3rem; transform: translateY(-50%); padding: 0 .3rem; border-radius: .2rem; color: var(--ink); background: var(--page) }
`;

export interface ReportPage {
  /** The document that was played. */
  file: string;
  timeZone: string;
  totals: Totals;
}

export function reportHtml(report: Report, { file, timeZone, totals }: ReportPage): string {
  const rules = report.rules();
  const { span } = report;
  const period = `${formatTime(span.from, timeZone)} to ${formatTime(span.to, timeZone)}`;
  const sums = Object.entries(totals).map(([name, count]) => `${formatNumber(count, 0)} ${name}`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Backtest of ${escapeHtml(file)}</title><style>${STYLE}</style></head><body>
<h1>Backtest of ${escapeHtml(file)}</h1>
<p>${escapeHtml(period)}</p><p>${escapeHtml(sums.join(', '))}</p>
<div class="wide"><table><thead><tr><th>Rule</th><th>Matched</th><th>Alerts</th><th>a day</th><th>Notifications</th><th>a day</th></tr></thead>
<tbody>${rules.map(tableRow).join('')}</tbody></table></div>
${rules.map((rule) => section(rule, span, timeZone)).join('\n')}
</body></html>
`;
}

function tableRow(rule: RuleReport): string {
  const numbers = [
    formatNumber(rule.matched, 0),
    formatNumber(rule.alerts, 0),
    formatNumber(rule.alertsPerDay, 1),
    formatNumber(rule.notifications, 0),
    formatNumber(rule.notificationsPerDay, 1),
  ];
  return `<tr><td><a href="#${escapeHtml(rule.id)}">${escapeHtml(rule.id)}</a></td>${numbers.map((text) => `<td>${text}</td>`).join('')}</tr>`;
}

function section(rule: RuleReport, span: Span, timeZone: string): string {
  const figures = rule.charts.map(
    (chart) =>
      `<p>${escapeHtml(`${rule.id}: ${chart.condition}`)}</p>\n${figure(rule, chart, span, timeZone)}`,
  );
  return `<section id="${escapeHtml(rule.id)}"><h2>${escapeHtml(rule.title)}</h2>
${figures.join('\n')}
<p>${escapeHtml(loudness(rule))}</p></section>`;
}

function figure(rule: RuleReport, chart: Chart, span: Span, timeZone: string): string {
  const values = chart.bins.resampled(POINTS, span.to);
  const { limits, format } = chart;
  const top = Math.max(topOf(chart, values), ...limits.map(({ threshold }) => threshold * 1.15));
  const y = (value: number) => round(HEIGHT - (value / top) * HEIGHT);
  const x = (time: number) =>
    round(
      (Math.min(Math.max(time - span.from, 0), span.to - span.from) / Math.max(span.to - span.from, 1)) *
        WIDTH,
    );
  const fires = rule.firing.map(({ from, to }) => {
    const width = Math.max(1.5, x(to) - x(from));
    return `<rect class="fire" x="${x(from)}" y="0" width="${round(width)}" height="${HEIGHT}"/>`;
  });
  const lines = limits.map(({ threshold }) => thresholdLine(y(threshold)));
  const labels = limits.map((limit) => thresholdLabel(limit, format, y(limit.threshold)));
  const [from, to] = [span.from, span.to].map((time) => escapeHtml(formatTime(time, timeZone)));
  return `<figure><div class="greatest">max ${escapeHtml(format(Math.max(0, ...values)))}</div>
<div class="plot"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(`${rule.id} over time: ${chart.extreme}`)}">
${fires.join('')}<path class="bar" d="${area(values, y)}"/><line class="axis" x1="0" x2="${WIDTH}" y1="${HEIGHT}" y2="${HEIGHT}"/>${lines.join('')}</svg>
${labels.join('')}</div>
<figcaption class="ends"><span>${from}</span><span>${to}</span></figcaption></figure>`;
}

function thresholdLine(y: number): string {
  return `<line class="threshold" x1="0" x2="${WIDTH}" y1="${y}" y2="${y}"/>`;
}

function thresholdLabel({ threshold, severity }: Limit, format: Chart['format'], y: number): string {
  const words = severity === null ? format(threshold) : `${severity} ${format(threshold)}`;
  return `<span class="at" style="top:${round((y / HEIGHT) * 100)}%">${escapeHtml(words)}</span>`;
}

/** Bars without gaps, as one path; stretches of the same value are one step. */
function area(values: readonly number[], y: (value: number) => number): string {
  const step = WIDTH / values.length;
  let path = `M0 ${HEIGHT}`;
  for (const [index, value] of values.entries()) {
    if (value === values[index - 1]) continue;
    path += `H${round(index * step)}V${y(value)}`;
  }
  return `${path}H${WIDTH}V${HEIGHT}Z`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
