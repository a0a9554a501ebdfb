import { parseArgs } from 'node:util';
import type { Loaded } from '../shared/config/load.ts';
import { findLogs } from './backtest/logs.ts';
import { play } from './backtest/play.ts';
import { Player } from './backtest/player.ts';
import { Report } from './backtest/report/report.ts';
import { ASSUMPTIONS, type Estimate, estimate, type Load, MONTH_MS } from './cost/estimate.ts';
import { oneFile, readDocument } from './document.ts';
import { documentAmong, logPaths } from './log-paths.ts';
import type { Command, Io } from './terminal/io.ts';
import { Progress } from './terminal/progress.ts';
import { UsageError } from './terminal/usage-error.ts';

const USAGE = `tocsin cost FILE [--logs PATH… | --events N --match SHARE --alerts N] [--set NAME=VALUE]… [--json]

Estimates the bill of a month, for each rule and for what all share. With --logs it plays past logs and counts; without,
it assumes, and says so.

  --logs PATH…        past logs, as tocsin backtest takes them; scaled to a month
  --log-group GROUP   the log group of lines that name none
  --events N          log events a month (default: 30000000)
  --match SHARE       of them match each rule (default: 1%)
  --alerts N          alerts of each rule a month (default: 30)
  --set NAME=VALUE    fills \${NAME} in the document
  --json              a line of JSON for each rule and part, then a summary

Exit code: 0 done, 1 the document is invalid, 2 wrong usage.

Examples:
  tocsin cost tocsin.yaml
  tocsin cost tocsin.yaml --events 500000000 --match 0.2% --alerts 100
  tocsin cost tocsin.yaml --logs ./api-*.log --log-group /app/api
`;

interface Assumed {
  events: number;
  share: number;
  alerts: number;
}

async function run(argv: string[], io: Io): Promise<number> {
  const { rest, paths: named } = logPaths(argv);
  const { values, positionals: words } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: {
      'log-group': { type: 'string' },
      events: { type: 'string' },
      match: { type: 'string' },
      alerts: { type: 'string' },
      set: { type: 'string', multiple: true },
      json: { type: 'boolean' },
    },
  });
  const { json = false, set = [] } = values;
  const assumed: Assumed = {
    events: number('events', values.events ?? '30000000'),
    share: share(values.match ?? '1%'),
    alerts: number('alerts', values.alerts ?? '30'),
  };
  const { positionals, paths } = documentAmong(words, named);
  const logs = paths.flatMap((path) => findLogs(path, io.cwd));
  const loaded = readDocument({ file: oneFile('cost', positionals), set, json }, io);
  if (loaded === null) return 1;
  const measuring = { logs, logGroup: values['log-group'] ?? null, progress: new Progress(io, json) };
  const { load, basis } = logs.length > 0 ? await measured(loaded, measuring) : assumption(loaded, assumed);
  const found = estimate(loaded.document.configuration, load);
  const said = [basis, ...ASSUMPTIONS];
  await io.stdout(json ? asJson(found, said) : asText(found, said));
  return 0;
}

function number(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0 || text.trim() === '')
    throw new UsageError(`--${option} ${text} is no number, expected one such as 30000000.`);
  return value;
}

function share(text: string): number {
  const value = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (!(value >= 0 && value <= 1))
    throw new UsageError(`--match ${text} is no share, expected one such as 0.5%.`);
  return value;
}

function assumption(
  { document }: Loaded,
  { events, share: of, alerts }: Assumed,
): { load: Load; basis: string } {
  const { rules } = document.configuration;
  // A match seldom shares a batch with another one of the same rule and group.
  const each = { matches: events * of, touches: events * of, alerts };
  const load = { events, rules: new Map(rules.map(({ id }) => [id, each])) };
  const basis = `assumed: ${events} log events a month, ${of * 100}% of them match each rule, ${alerts} alerts of each; --logs measures instead`;
  return { load, basis };
}

async function measured(
  { document, items }: Loaded,
  options: Parameters<typeof play>[1],
): Promise<{ load: Load; basis: string }> {
  const report = new Report(document.configuration);
  const player = new Player(() => undefined);
  await play([{ items, player, report }], options);
  const spanMs = Math.max(report.span.to - report.span.from, 60_000);
  const months = MONTH_MS / spanMs;
  const rules = report.rules().map(({ id, matched, touched, alerts }) => {
    return [id, { matches: matched * months, touches: touched * months, alerts: alerts * months }] as const;
  });
  const hours = Math.round((spanMs / 3_600_000) * 10) / 10;
  const basis = `measured on ${player.totals.events} events of ${hours} h, scaled to 30 days`;
  return { load: { events: player.totals.events * months, rules: new Map(rules) }, basis };
}

function asJson({ rules, parts, total }: Estimate, assumptions: string[]): string {
  const lines = [
    ...rules.map((rule) => ({ type: 'rule', ...rule, usd: rule.counting + rule.alerting })),
    ...parts.map((part) => ({ type: 'part', ...part })),
    { type: 'summary', usd: total, assumptions },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function asText({ rules, parts, total }: Estimate, assumptions: string[]): string {
  const width = Math.max(50, ...rules.map(({ rule }) => rule.length));
  const whole = (value: number) => Math.round(value).toLocaleString('en-US').padStart(13);
  const usd = (value: number) => value.toLocaleString('en-US', CENTS).padStart(10);
  const head = `${'rule'.padEnd(width)}${'matches'.padStart(13)}${'alerts'.padStart(13)}${'counting'.padStart(10)}${'alerting'.padStart(10)}${'USD'.padStart(10)}`;
  const lines = rules.map(
    ({ rule, matches, alerts, counting, alerting }) =>
      `${rule.padEnd(width)}${whole(matches)}${whole(alerts)}${usd(counting)}${usd(alerting)}${usd(counting + alerting)}`,
  );
  const shared = parts.map(({ part, usd: cost }) => `${part.padEnd(width + 46)}${usd(cost)}`);
  const sum = `${'a month'.padEnd(width + 46)}${usd(total)}`;
  const told = assumptions.map((assumption) => `  ${assumption}`);
  return `${[head, ...lines, ...shared, sum, '', 'An estimate:', ...told].join('\n')}\n`;
}

const CENTS = { minimumFractionDigits: 2, maximumFractionDigits: 2 };

export const command: Command = {
  name: 'cost',
  summary: 'estimate the bill of a month, for each rule',
  usage: USAGE,
  run,
};
