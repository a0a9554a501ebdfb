import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Loaded } from '../shared/config/load.ts';
import { loadDocument } from './local/document.ts';
import { type LocalOptions, parseLocalOptions } from './local/options.ts';
import { checkReadiness } from './local/readiness.ts';
import { runLocal } from './local/run.ts';
import { openStateDirectory } from './local/state-directory.ts';
import type { Command, Io } from './terminal/io.ts';
import { UsageError } from './terminal/usage-error.ts';

const USAGE = `
tocsin local [FILE] [--logs [GROUP=]PATH…] [options]

Runs the whole product on this machine: embedded DynamoDB, SQS and mail inbox, a Feishu stand-in, the real functions.
FILE is the document of rules and receivers; it is applied at the start and whenever it changes. Without --logs a small
sample service is started that logs; without FILE its rules are used.

  --logs [GROUP=]PATH…  follow these log files (- is standard input); the log group is GROUP or the absolute path;
                        PATH may be a glob in quotes ('/var/log/app/**/*.log'): files that come later are followed too
  --listen [HOST:]PORT  take logs over HTTP: POST lines or NDJSON to /ingest, Fluent Bit to /fluent-bit, Vector to
                        /vector, Filebeat's Elasticsearch output as it is; ?group=NAME names the log group. GET /metrics
                        is for Prometheus
  --syslog [HOST:]PORT  listen for syslog, by UDP and TCP; the log group of a message is /syslog/APP
  --port PORT           the port of the console, on this machine alone (default: any free one)
  --external-url URL    what the links in messages begin with, where readers elsewhere reach them: https://alerts.example.com
  --responder [HOST:]PORT
                        where these links are answered (default: a port of this machine alone, the same after a restart)
  --check               only look whether everything is there that a run needs: files, port, secrets, a place for state
  --once                read the files to their end, wait until everything due is delivered, and end
  --journal             standard input is the journal: journalctl -f -o json | tocsin local FILE --journal; the log
                        group of an entry is /journal/UNIT
  --multiline           lines that go on with the one before, such as stack traces, are one record with it
  --log-time            take the time found in each line instead of the time of reading
  --deliver             really send: to every channel, and mails by SES with your own AWS settings
  --allow-host HOST     with --deliver: messages may also go to this host, though it is a private one (repeatable)
  --mail-from ADDRESS   sender of mails, with --deliver
  --region, --profile   of AWS, with --deliver, as in the AWS CLI
  --secrets FILE        values for secret:NAME#KEY, as YAML or JSON: { NAME: { KEY: value } }
  --set NAME=VALUE      fills \${NAME} in the document
  --data DIR            where state is kept between runs (default: .tocsin/ here)
  --json                print NDJSON for machines

Examples:
  tocsin local
  tocsin local tocsin.yaml --logs /var/log/nginx/error.log
  tocsin local tocsin.yaml --logs /app/api=./api.log --once --json
`;

async function run(argv: string[], io: Io): Promise<number> {
  const options = parseLocalOptions(argv, io.cwd);
  refuseFolders(options);
  if (options.once) requireFiles(options);
  const document = loadDocument(options, io);
  if (typeof document === 'number') return document;
  if (options.check) return await checkReadiness(options, document, io);
  if (options.once && !leadsSomewhere(document, io)) return 1;
  useSettings(options, io);
  const directory = openStateDirectory(options, io.cwd);
  let finished = false;
  try {
    const ended = await runLocal(options, document, directory?.path ?? null, io);
    finished = ended.finished;
    return ended.exit;
  } finally {
    // A finished --once leaves nothing to go on with; an interrupted one goes on where it was.
    directory?.release(finished && options.once);
  }
}

/** The clients that really send take their settings from the environment, as the AWS CLI does. */
function useSettings({ region, profile }: LocalOptions, { env }: Io): void {
  if (region !== null) env.AWS_REGION = region;
  if (profile !== null) env.AWS_PROFILE = profile;
}

function refuseFolders({ logs }: LocalOptions): void {
  const folder = logs.find(({ path }) => statSync(path, { throwIfNoEntry: false })?.isDirectory());
  if (folder !== undefined)
    throw new UsageError(
      `--logs ${folder.path} is a folder: files, or a glob such as '${join(folder.path, '*.log')}', were expected.`,
    );
}

/** A file to follow may come later; one that is to be read to its end must be there. */
function requireFiles({ logs }: LocalOptions): void {
  const missing = logs.find(({ path }) => path !== '-' && !existsSync(path));
  if (missing !== undefined) throw new UsageError(`There is no log file ${missing.path} to read to its end.`);
}

/** Alerts without a route are held until there is one: nothing that runs to an end could wait for that. */
function leadsSomewhere({ document: { configuration } }: Loaded, io: Io): boolean {
  const { route, rules } = configuration;
  const untold = rules.filter(
    ({ enabled, action, receiver }) => enabled && action === 'notify' && receiver === null,
  );
  if (route !== null || untold.length === 0) return true;
  const ids = untold.map(({ id }) => id).join(', ');
  io.stderr(`tocsin local: the document has no route, and no receiver of their own have the rules ${ids}.\n`);
  return false;
}

export const command: Command = {
  name: 'local',
  summary: 'run the whole product on this machine, on log files or a sample service',
  usage: USAGE.trimStart(),
  run,
};
