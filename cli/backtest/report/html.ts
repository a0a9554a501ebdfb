/** The report as one page that needs nothing from anywhere. */
import { escapeHtml } from '../../../shared/text/html.ts';
import { formatNumber } from '../../../shared/text/numbers.ts';
import { formatTime } from '../../../shared/text/times.ts';
import type { Totals } from '../player.ts';
import type { Report, RuleReport, Span } from './report.ts';
import { loudness } from './terminal.ts';

const WIDTH = 900;
const HEIGHT = 140;
const POINTS = 900;

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2530; --soft: #64707d; --line: #d8dee4; --bar: #3b7dd8; --fire: #d64545; --page: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa6b2; --line: #313a44; --bar: #6ea8fe; --fire: #ff7b72; --page: #12171d } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.05rem; margin: 2rem 0 0 } p { margin: .2rem 0; color: var(--soft) }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 } th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line) }
th:first-child, td:first-child { text-align: left } svg { width: 100%; height: auto; display: block; margin: .4rem 0 }
.bar { fill: var(--bar) } .fire { fill: var(--fire); opacity: .18 } .threshold { stroke: var(--fire); stroke-dasharray: 5 4 } .axis { stroke: var(--line) }
text { font: 11px system-ui, sans-serif; fill: var(--soft) }
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
<table><thead><tr><th>Rule</th><th>Matched</th><th>Alerts</th><th>a day</th><th>Notifications</th><th>a day</th></tr></thead>
<tbody>${rules.map(tableRow).join('')}</tbody></table>
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
  return `<section id="${escapeHtml(rule.id)}"><h2>${escapeHtml(rule.title)}</h2>
<p>${escapeHtml(`${rule.id}: ${rule.condition}`)}</p>
${svg(rule, span, timeZone)}
<p>${escapeHtml(loudness(rule))}</p></section>`;
}

function svg(rule: RuleReport, span: Span, timeZone: string): string {
  const { threshold } = rule;
  const values = rule.bins.resampled(POINTS, span.to);
  const top = Math.max(1, ...values, (threshold ?? 0) * 1.15);
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
  const line =
    threshold === null
      ? ''
      : `<line class="threshold" x1="0" x2="${WIDTH}" y1="${y(threshold)}" y2="${y(threshold)}"/><text x="4" y="${y(threshold) - 4}">${formatNumber(threshold)}</text>`;
  const [from, to] = [span.from, span.to].map((time) => escapeHtml(formatTime(time, timeZone)));
  return `<svg viewBox="0 -14 ${WIDTH} ${HEIGHT + 34}" role="img" aria-label="Counts of ${escapeHtml(rule.id)} over time">
${fires.join('')}<path class="bar" d="${area(values, y)}"/>${line}
<line class="axis" x1="0" x2="${WIDTH}" y1="${HEIGHT}" y2="${HEIGHT}"/><text x="${WIDTH}" y="-3" text-anchor="end">max ${formatNumber(Math.max(0, ...values))}</text>
<text x="0" y="${HEIGHT + 15}">${from}</text><text x="${WIDTH}" y="${HEIGHT + 15}" text-anchor="end">${to}</text></svg>`;
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
