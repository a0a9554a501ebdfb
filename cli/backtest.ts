import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { VirtualPipeline } from '../infra/virtual/pipeline.ts';
import type { Loaded } from '../shared/config/load.ts';
import { LATE_MS_MAX } from '../shared/count/store.ts';
import type { Happening, Notified } from '../shared/happenings.ts';
import { formatTime } from '../shared/text/times.ts';
import { EventFile, inOrder } from './backtest/events.ts';
import { type DocumentChoice, oneFile, readDocument } from './document.ts';
import type { Command, Io } from './io.ts';
import { logPaths } from './log-paths.ts';
import { UsageError } from './usage-error.ts';

const USAGE = `tocsin backtest FILE --logs PATH… [--log-group GROUP] [--set NAME=VALUE]… [--json]

Says what would have been sent, when and to whom, had these rules been in force: the real pipeline over past logs, in
their own time. Nothing leaves this machine.

  --logs PATH…        NDJSON records { timestamp, message, logGroup, logStream, id }, or plain lines that begin with a
                      time; gzipped or not
  --log-group GROUP   the log group of lines that name none (default: the file's path)
  --set NAME=VALUE    fills \${NAME} in the document
  --json              NDJSON: a line for each notification, then a summary

Exit code: 0 done, 1 the document is invalid, 2 wrong usage.

Examples:
  tocsin backtest tocsin.yaml --logs ./api-2026-11-*.log --log-group /app/api
  tocsin backtest tocsin.yaml --logs export.ndjson.gz --json
`;

interface Arguments extends DocumentChoice {
  logs: string[];
  logGroup: string | null;
}

interface Totals {
  events: number;
  matched: number;
  alerts: number;
  notifications: number;
}

async function run(argv: string[], io: Io): Promise<number> {
  const options = readArguments(argv, io);
  const loaded = readDocument(options, io);
  if (loaded === null) return 1;
  const totals: Totals = { events: 0, matched: 0, alerts: 0, notifications: 0 };
  const { timeZone } = loaded.document.configuration.settings;
  const player = new Player(
    totals,
    (line) => void io.stdout(options.json ? jsonLine(line) : textLine(line, timeZone)),
  );
  const undated = await play(options, loaded, player);
  for (const said of [undatedText(undated), uncountedText(player.uncounted)])
    if (said !== null) io.stderr(said);
  await io.stdout(options.json ? `${JSON.stringify({ type: 'summary', ...totals })}\n` : summaryLine(totals));
  return 0;
}

function undatedText(lines: number): string | null {
  if (lines === 0) return null;
  const were =
    lines === 1
      ? 'line before the first time in its file was'
      : 'lines before the first time in their file were';
  return `tocsin backtest: ${lines} ${were} left out.\n`;
}

function uncountedText(events: number): string | null {
  if (events === 0) return null;
  const which = events === 1 ? 'event does' : 'events do';
  return `tocsin backtest: ${events} ${which} not count: more than 24 h late.\n`;
}

/** Plays the events; answers how many lines had no time. */
async function play({ logs, logGroup }: Arguments, { items }: Loaded, player: Player): Promise<number> {
  const referenceMs = Date.now();
  const files = logs.map((path) => new EventFile({ path, logGroup, referenceMs }));
  let pipeline: VirtualPipeline | undefined;
  let now = Number.NEGATIVE_INFINITY;
  await inOrder(files, (delivery, time) => {
    pipeline ??= new VirtualPipeline(time, items, (happening) => player.take(happening));
    player.read(1);
    now = Math.max(now, time);
    // What is too late to count is reported, whether or not it matches.
    const isRelevant = time < now - LATE_MS_MAX || pipeline.concerns(delivery);
    return isRelevant ? pipeline.ingest(delivery, now) : undefined;
  });
  await pipeline?.ringUntil(now);
  player.repeats = false;
  await pipeline?.runOut();
  return files.reduce((sum, { undated }) => sum + undated, 0);
}

/** Counts what happens and prints the notifications. */
class Player {
  /** Off once the log has ended: what goes on firing repeats for ever. */
  repeats = true;
  /** Events that were too late to count. */
  uncounted = 0;
  readonly #totals: Totals;
  readonly #print: (notification: Notified) => void;

  constructor(totals: Totals, print: (notification: Notified) => void) {
    this.#totals = totals;
    this.#print = print;
  }

  read(events: number): void {
    this.#totals.events += events;
  }

  take(happening: Happening): void {
    if (happening.type === 'uncounted') this.uncounted += happening.events;
    if (happening.type === 'events') this.#totals.matched += happening.matched;
    if (happening.type === 'alert' && (happening.status === 'firing' || happening.alert.alreadyOver)) {
      this.#totals.alerts += 1;
    }
    if (
      happening.type === 'notification' &&
      (this.repeats || happening.reason !== 'repeat interval elapsed')
    ) {
      this.#totals.notifications += 1;
      this.#print(happening);
    }
  }
}

function readArguments(argv: string[], io: Io): Arguments {
  const { rest, paths } = logPaths(argv);
  const { values, positionals } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: {
      'log-group': { type: 'string' },
      json: { type: 'boolean' },
      set: { type: 'string', multiple: true },
    },
  });
  const file = oneFile('backtest', positionals);
  if (paths.length === 0) throw new UsageError('backtest needs --logs PATH…, the logs to play.');
  const logs = paths.map((path) => resolve(io.cwd, path));
  const missing = logs.find((path) => !existsSync(path));
  if (missing !== undefined) throw new UsageError(`There is no log file ${missing}.`);
  const { json = false, set = [], 'log-group': logGroup = null } = values;
  return { file, logs, logGroup, json, set };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

function jsonLine({ type, at, receiver, status, groupLabels, alerts }: Notified): string {
  const dated = alerts.map(({ startsAt, endsAt, value, ...alert }) => {
    return { ...alert, startsAt: iso(startsAt), endsAt: iso(endsAt), value };
  });
  return `${JSON.stringify({ type, at: iso(at), receiver, status, groupLabels, alerts: dated })}\n`;
}

function textLine({ at, receiver, status, reason, alerts }: Notified, timeZone: string): string {
  const lines = alerts.map(({ status: now, labels, value }) => {
    const { rule, ...others } = labels;
    const named = Object.entries(others).map(([name, text]) => `${name}=${JSON.stringify(text)}`);
    const what = `${rule} ${named.join(' ')}`;
    return now === 'firing' ? `    * ${what}: ${value}\n` : `    - ${what}\n`;
  });
  return `${formatTime(at, timeZone)}  ${status} -> ${receiver} (${reason})\n${lines.join('')}`;
}

function summaryLine({ events, matched, alerts, notifications }: Totals): string {
  return `${events} events, ${matched} matched, ${alerts} alerts, ${notifications} notifications\n`;
}

export const command: Command = {
  name: 'backtest',
  summary: 'say what rules would have sent, on past logs',
  usage: USAGE,
  run,
};
