import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Loaded } from '../shared/config/load.ts';
import type { Notified } from '../shared/happenings.ts';
import { cacheFolder, cloudWatchPages, keepEvents } from './backtest/cloudwatch.ts';
import { type Changed, compareNotified } from './backtest/compare.ts';
import type { LogFile } from './backtest/logs.ts';
import { type BacktestOptions, readOptions } from './backtest/options.ts';
import { play, type Run } from './backtest/play.ts';
import { Player, type Totals } from './backtest/player.ts';
import { reportHtml } from './backtest/report/html.ts';
import { Report } from './backtest/report/report.ts';
import { reportText } from './backtest/report/terminal.ts';
import {
  exceededText,
  notificationRecord,
  notificationText,
  saidText,
  summaryText,
  uncountedText,
  undatedText,
} from './backtest/words.ts';
import { readDocument } from './document.ts';
import { counted } from './terminal/counted.ts';
import { troubleOf } from './terminal/file-failure.ts';
import type { Command, Io } from './terminal/io.ts';
import { Progress } from './terminal/progress.ts';
import { UsageError } from './terminal/usage-error.ts';

const USAGE = `tocsin backtest FILE --logs [GROUP=]PATH… [options]
tocsin backtest FILE --from-cloudwatch GROUP… --since 7d [options]

Says what would have been sent, when and to whom, had these rules been in force: the real pipeline over past logs, in
their own time. Nothing leaves this machine. For people a chart of each rule follows: its counts, the threshold, what
would have fired, and how loud that is a day.

  --logs [GROUP=]PATH…     NDJSON records { timestamp, message, logGroup, logStream, id }, or plain lines that begin
                           with a time; gzipped or not; a folder of such files, or of an export of CloudWatch Logs;
                           a glob in quotes; - is standard input
  --log-group GROUP        the log group of lines that name none, as GROUP= is (default: the file's path)
  --from-cloudwatch GROUP  reads a log group of CloudWatch Logs; again, or with commas, for several
  --since 7d               so far back (default: 1d); what was read is kept, and an interrupted reading goes on
  --cache DIR              where it is kept (default: .tocsin/cloudwatch)
  --region, --profile      of AWS, as in the AWS CLI
  --compare OLD            only what the document OLD would not have sent (+), or would have sent beside (-)
  --html FILE              writes the charts as one page
  --set NAME=VALUE         fills \${NAME} in the document
  --json                   NDJSON: a line for each notification, then a summary

Exit code: 0 done, 1 the document is invalid or --compare finds differences, 2 wrong usage, 3 AWS cannot be reached.

Examples:
  tocsin backtest tocsin.yaml --logs ./api-2026-11-*.log --log-group /app/api
  tocsin backtest tocsin.yaml --logs export.ndjson.gz --json
  tocsin backtest tocsin.yaml --from-cloudwatch /app/api --since 7d --html report.html
  tocsin backtest new.yaml --compare tocsin.yaml --logs ./api.log
`;

async function run(argv: string[], io: Io): Promise<number> {
  const options = readOptions(argv, io);
  const loaded = readDocument(options, io);
  const old = options.compare === null ? null : readDocument({ ...options, file: options.compare }, io);
  if (loaded === null || (old === null && options.compare !== null)) return 1;
  const logs = [...options.logs, ...(await fromCloudWatch(options, io))];
  return old === null
    ? await backtest(options, loaded, logs, io)
    : await compare(options, { loaded, old }, logs, io);
}

async function backtest(options: BacktestOptions, loaded: Loaded, logs: LogFile[], io: Io): Promise<number> {
  const { json, html } = options;
  const { timeZone } = loaded.document.configuration.settings;
  const progress = new Progress(io, json);
  const report = json && html === null ? null : new Report(loaded.document.configuration);
  const player = new Player((notification) => {
    progress.clear();
    const text = json
      ? `${JSON.stringify(notificationRecord(notification))}\n`
      : notificationText(notification, timeZone);
    void io.stdout(text);
  });
  const undated = await play([{ items: loaded.items, player, report }], { ...options, logs, progress });
  warn([undatedText(undated), uncountedText(player.uncounted), exceededText(player.exceeded)], io);
  const { totals } = player;
  if (report !== null && html !== null)
    writePage(html, reportHtml(report, { ...options, timeZone, totals }), io);
  if (report !== null && !json && totals.events > 0) await io.stdout(reportText(report, timeZone));
  await io.stdout(json ? `${JSON.stringify({ type: 'summary', ...totals })}\n` : summaryText(totals));
  return 0;
}

async function compare(
  options: BacktestOptions,
  documents: Record<'loaded' | 'old', Loaded>,
  logs: LogFile[],
  io: Io,
): Promise<number> {
  const { json } = options;
  const [now, before] = [documents.loaded, documents.old].map((loaded) => remembered(loaded)) as [
    Remembered,
    Remembered,
  ];
  const undated = await play([now, before], { ...options, logs, progress: new Progress(io, json) });
  const { uncounted, exceeded } = now.player;
  warn([undatedText(undated), uncountedText(uncounted), exceededText(exceeded)], io);
  const changes = compareNotified(before.notified, now.notified);
  const { timeZone } = documents.loaded.document.configuration.settings;
  for (const change of changes) await io.stdout(json ? changeJson(change) : changeText(change, timeZone));
  const totals = { ...now.player.totals, old: before.player.totals };
  const summary = json
    ? `${JSON.stringify({ type: 'summary', ...totals, differences: changes.length })}\n`
    : compareText(before.player.totals, now.player.totals, changes);
  await io.stdout(summary);
  return changes.length === 0 ? 0 : 1;
}

type Remembered = Run & { notified: Notified[] };

function remembered({ items }: Loaded): Remembered {
  const notified: Notified[] = [];
  return {
    items,
    notified,
    report: null,
    player: new Player((notification) => void notified.push(notification)),
  };
}

function changeJson({ change, notification }: Changed): string {
  return `${JSON.stringify({ ...notificationRecord(notification), change })}\n`;
}

function changeText({ change, notification }: Changed, timeZone: string): string {
  return notificationText(notification, timeZone, change === 'added' ? '+ ' : '- ');
}

function compareText(old: Totals, now: Totals, changes: readonly Changed[]): string {
  const added = changes.filter(({ change }) => change === 'added').length;
  return `${counted(now.events, 'event')}; before: ${saidText(old)}; after: ${saidText(now)} (+${added} -${changes.length - added})\n`;
}

function warn(sentences: (string | null)[], io: Io): void {
  for (const said of sentences) if (said !== null) io.stderr(said);
}

async function fromCloudWatch({ cloudWatch, place, json }: BacktestOptions, io: Io): Promise<LogFile[]> {
  const { logGroups, sinceMs, cache } = cloudWatch;
  if (logGroups.length === 0) return [];
  const readPage = await cloudWatchPages(place);
  const to = Date.now();
  const files: LogFile[] = [];
  for (const logGroup of logGroups) {
    const wanted = { logGroup, from: to - sinceMs, to };
    const keeping = { folder: cacheFolder(cache, io.cwd), readPage, progress: new Progress(io, json) };
    files.push(await keepEvents(wanted, keeping));
  }
  return files;
}

function writePage(file: string, page: string, io: Io): void {
  try {
    writeFileSync(resolve(io.cwd, file), page);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${troubleOf(error)}.`, { cause: error });
  }
}

export const command: Command = {
  name: 'backtest',
  summary: 'say what rules would have sent, on past logs',
  usage: USAGE,
  run,
};
