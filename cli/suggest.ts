import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Document, isMap, isSeq } from 'yaml';
import { escapeVariables } from '../shared/config/yaml/variables.ts';
import { formatNumber } from '../shared/text/numbers.ts';
import { oneLine } from '../shared/text/plain.ts';
import { EventFile, inOrder } from './backtest/events.ts';
import { findLogs, type LogFile } from './backtest/logs.ts';
import { play } from './backtest/play.ts';
import { Player } from './backtest/player.ts';
import { Report, type RuleReport } from './backtest/report/report.ts';
import { judgeFiles } from './document.ts';
import { type Proposal, propose } from './suggest/propose.ts';
import { type Survey, Surveyor } from './suggest/survey.ts';
import type { Command, Io } from './terminal/io.ts';
import { Progress } from './terminal/progress.ts';
import { EnvironmentError, UsageError } from './terminal/usage-error.ts';

const USAGE = `tocsin suggest LOGS… [--log-group GROUP] [--per-day N] [--out FILE] [--json]

Proposes a document from past logs: the levels that are seen, the most frequent kinds of errors, thresholds that the
past would have reached at most N times a day. Every rule is played on the same logs, and says how loud it would have
been. LOGS are files and folders as tocsin backtest takes them.

  --log-group GROUP   the log group of lines that name none (default: the file's path)
  --per-day N         so many alerts of a rule a day are welcome (default: 1)
  --out FILE          writes the document there, unless FILE exists; default: standard output
  --json              a line of JSON for each rule, then a summary

Exit code: 0 proposed, 1 the logs hold no event with a time or FILE exists, 2 wrong usage.

Examples:
  tocsin suggest ./api.log --log-group /app/api --out tocsin.yaml
  tocsin suggest ./logs/ --per-day 0.2
`;

const COMMENT_LENGTH_MAX = 200;

async function run(argv: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      'log-group': { type: 'string' },
      'per-day': { type: 'string' },
      out: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  if (positionals.length === 0) throw new UsageError('suggest needs LOGS, files or folders of logs.');
  const { json = false, out, 'log-group': logGroup = null } = values;
  if (out !== undefined && existsSync(resolve(io.cwd, out))) {
    io.stderr(`tocsin suggest: ${out} exists already.\n`);
    return 1;
  }
  // Known before the logs are read, which may take minutes.
  if (out !== undefined) accessSync(dirname(resolve(io.cwd, out)), constants.W_OK);
  const logs = positionals.flatMap((path) => findLogs(path, io.cwd));
  requireRereadable(logs);
  const progress = new Progress(io, json);
  const survey = await surveyOf(logs, logGroup, progress);
  if (survey.events === 0) {
    io.stderr('tocsin suggest: the logs hold no event with a time.\n');
    return 1;
  }
  const proposals = propose(survey, perDay(values['per-day']));
  const measured = await measure(proposals, survey, { logs, logGroup, progress });
  const text = documentText(proposals, survey, measured);
  if (out !== undefined) writeFileSync(resolve(io.cwd, out), text);
  if (json) await io.stdout(asJson(proposals, survey, measured));
  else if (out === undefined) await io.stdout(text);
  else
    await io.stdout(
      `${out}: ${proposals.length} rules. Next: tocsin check ${out}, then name your receivers.\n`,
    );
  return 0;
}

/** What is proposed is played on the same logs. */
function requireRereadable(logs: readonly LogFile[]): void {
  const once = logs.flatMap(({ paths }) => paths).find((path) => !statSync(path).isFile());
  if (once !== undefined)
    throw new UsageError(`suggest reads its logs twice, and ${once} can be read once: a file was expected.`);
}

function perDay(text = '1'): number {
  const value = Number(text);
  if (!(value >= 0)) throw new UsageError(`--per-day ${text} is no number, expected one such as 0.5.`);
  return value;
}

async function surveyOf(
  logs: readonly LogFile[],
  logGroup: string | null,
  progress: Progress,
): Promise<Survey> {
  const surveyor = new Surveyor();
  const files = logs.map(
    (log) => new EventFile({ ...log, logGroup: log.logGroup ?? logGroup, referenceMs: Date.now() }),
  );
  let events = 0;
  await inOrder(files, (batch) => {
    surveyor.take(batch);
    events += 1;
    progress.say(() => `read ${events} events`);
    return undefined;
  });
  progress.clear();
  return surveyor.survey();
}

/** How loud each rule would have been on the same logs. */
async function measure(
  proposals: readonly Proposal[],
  survey: Survey,
  options: Parameters<typeof play>[1],
): Promise<Map<string, RuleReport>> {
  const text = documentText(proposals, survey, new Map());
  const loaded = judgeFiles([{ file: 'the proposal', text }], {});
  const [problem] = loaded.problems.filter(({ severity }) => severity === 'error');
  if (problem !== undefined)
    throw new EnvironmentError(`The proposal is invalid: ${problem.path}: ${problem.message}.`);
  const report = new Report(loaded.document.configuration);
  await play([{ items: loaded.items, player: new Player(() => undefined), report }], options);
  return new Map(report.rules().map((rule) => [rule.id, rule]));
}

function documentText(
  proposals: readonly Proposal[],
  survey: Survey,
  measured: ReadonlyMap<string, RuleReport>,
): string {
  const document = new Document({
    version: 1,
    rules: proposals.map(({ rule }) => rule),
    receivers: [
      { name: 'ops', feishu: [{ webhook: 'secret:feishu-ops#webhook', secret: 'secret:feishu-ops#sign' }] },
    ],
    route: { receiver: 'ops' },
  });
  document.commentBefore = headOf(survey);
  const rules: unknown = document.get('rules', true);
  for (const [index, node] of (isSeq(rules) ? rules.items : []).entries()) {
    const proposal = proposals[index];
    if (!isMap(node) || proposal === undefined) continue;
    node.commentBefore = commentOf(proposal, measured.get(proposal.rule.id));
    node.spaceBefore = index > 0;
  }
  return escapeVariables(document.toString({ lineWidth: 0 }));
}

function headOf({ events, from, to, levels, logGroups }: Survey): string {
  const seen = [...levels].sort(([, a], [, b]) => b - a).map(([level, count]) => `${level} ${count}`);
  const groups = [...logGroups].slice(0, 5).join(', ');
  const span = [from, to].map((time) => new Date(time).toISOString().slice(0, 16)).join(' to ');
  return [
    `Proposed from ${events} log events, ${span} UTC, of ${groups}${logGroups.size > 5 ? ', …' : ''}.`,
    `Levels seen: ${seen.length === 0 ? 'none' : seen.join(', ')}.`,
    'Next: name your receivers, tocsin check, tocsin backtest.',
  ]
    .map((line) => ` ${oneLine(line)}`)
    .join('\n');
}

function commentOf({ because }: Proposal, measured: RuleReport | undefined): string {
  const lines = [oneLine(because).slice(0, COMMENT_LENGTH_MAX)];
  if (measured !== undefined) {
    const { alerts, alertsPerDay } = measured;
    lines.push(
      `On these logs: ${alerts} ${alerts === 1 ? 'alert' : 'alerts'}, ${formatNumber(alertsPerDay)} a day.`,
    );
  }
  return lines.map((line) => ` ${line}`).join('\n');
}

function asJson(
  proposals: readonly Proposal[],
  { events }: Survey,
  measured: ReadonlyMap<string, RuleReport>,
): string {
  const lines = proposals.map(({ rule, because }) => {
    const { alerts = 0, alertsPerDay = 0 } = measured.get(rule.id) ?? {};
    return JSON.stringify({ type: 'suggestion', rule, because, alerts, alertsPerDay });
  });
  return [...lines, JSON.stringify({ type: 'summary', events, rules: proposals.length })]
    .map((line) => `${line}\n`)
    .join('');
}

export const command: Command = {
  name: 'suggest',
  summary: 'propose a document from past logs',
  usage: USAGE,
  run,
};
