import { basename, isAbsolute, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isGlob } from '../../infra/local/follow/glob.ts';
import type { LiveGlob } from '../../infra/local/live.ts';
import { documentAmong, logPaths, namedPath } from '../log-paths.ts';
import { PLACE_OPTIONS } from '../place/connection.ts';
import { portNumber } from '../terminal/port-number.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** A log file to follow, and the log group that its lines belong to. */
export interface FollowedLog {
  path: string;
  logGroup: string;
  logStream: string;
}

/** Where something listens. */
export interface Port {
  host: string;
  port: number;
}

export interface LocalOptions {
  /** null: the example document. */
  file: string | null;
  logs: FollowedLog[];
  /** Log files by absolute glob, those that come later too. */
  globs: LiveGlob[];
  /** Where logs are taken over HTTP, and metrics told; null: nowhere. */
  listen: Port | null;
  once: boolean;
  /** Only looks whether everything is there that a run needs. */
  check: boolean;
  /** Where syslog is listened for; null: nowhere. */
  syslog: Port | null;
  /** Standard input is what `journalctl -o json` writes. */
  journal: boolean;
  /** Stack traces are one record. */
  multiline: boolean;
  logTime: boolean;
  /** Where the console listens on this machine; null: on a free port. */
  consolePort: number | null;
  /** Where what links in messages lead to listens; null: on this machine, on the same port as the last time. */
  responder: Port | null;
  /** What links in messages begin with; null: where the responder listens. */
  externalUrl: string | null;
  deliver: boolean;
  /** Private hosts that messages may go to. */
  allowedHosts: string[];
  json: boolean;
  secretsFile: string | null;
  dataDirectory: string | null;
  mailFrom: string | null;
  /** Whose SES, SNS and EventBridge are meant with `deliver`; null: as the SDK finds it. */
  region: string | null;
  profile: string | null;
  /** `NAME=VALUE`, as `--set` takes it. */
  set: string[];
}

/**
 * Reads the command line of `tocsin local`.
 * @throws UsageError with one sentence.
 */
export function parseLocalOptions(argv: string[], cwd: string): LocalOptions {
  const { rest, paths: named } = logPaths(argv);
  if (argv.includes('--logs') && named.length === 0) {
    throw new UsageError('--logs names no file: PATH or GROUP=PATH was expected.');
  }
  const { values, positionals: words } = parse(rest);
  const { positionals, paths } = documentAmong(words, named);
  if (positionals.includes('')) throw new UsageError('The name of FILE is empty.');
  if (positionals.length > 1)
    throw new UsageError(`One FILE was expected, but ${positionals.join(' and ')} were given.`);
  const given = (path: string | undefined) => (path === undefined ? null : resolve(cwd, path));
  const { once = false, journal = false, 'log-time': logTime = false } = values;
  const listen = listenAt('listen', values.listen);
  const syslog = listenAt('syslog', values.syslog);
  // A document of one's own and no log: what is piped in, or typed. The sample goes with the sample's rules only.
  const isPiped =
    journal || (paths.length === 0 && listen === null && syslog === null && positionals.length > 0);
  const read = [...new Set(isPiped ? [...paths, '-'] : paths)].map((path) => namedLog(path, cwd));
  const options: LocalOptions = {
    file: given(positionals[0]),
    logs: read.filter(({ path }) => !isGlob(path)).map(followedLog),
    globs: read.filter(({ path }) => isGlob(path)).map(({ path: glob, logGroup }) => ({ glob, logGroup })),
    listen,
    syslog,
    consolePort: values.port === undefined ? null : portNumber('port', values.port),
    responder: listenAt('responder', values.responder),
    externalUrl: externalUrlOf(values['external-url']),
    journal,
    multiline: values.multiline ?? false,
    check: values.check ?? false,
    once,
    logTime,
    deliver: values.deliver ?? false,
    allowedHosts: values['allow-host'] ?? [],
    json: values.json ?? false,
    secretsFile: given(values.secrets),
    dataDirectory: given(values.data),
    mailFrom: values['mail-from'] ?? null,
    region: values.region ?? null,
    profile: values.profile ?? null,
    set: values.set ?? [],
  };
  refuseContradictions(options);
  return options;
}

/** Nothing is read but the sample service. */
export function isSample({ logs, globs, listen, syslog }: LocalOptions): boolean {
  return logs.length + globs.length === 0 && listen === null && syslog === null;
}

function refuseContradictions(options: LocalOptions): void {
  const { once, logTime, listen, syslog, journal, logs, globs, responder, externalUrl } = options;
  if (externalUrl !== null && responder === null)
    throw new UsageError('--external-url needs --responder [HOST:]PORT: where it leads must stay the same.');
  if (!once) return;
  if (listen !== null || syslog !== null)
    throw new UsageError('--listen and --syslog take logs as they come, and --once ends.');
  if (journal && logTime) throw new UsageError('--journal has its own times: --log-time is for files.');
  if (logs.length + globs.length === 0)
    throw new UsageError('--once needs --logs PATH…: what is to be read to its end.');
  if (logTime && logs.some(({ path }) => path === '-'))
    throw new UsageError('--once --log-time reads files, not standard input: --logs PATH… was expected.');
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      check: { type: 'boolean' },
      listen: { type: 'string' },
      syslog: { type: 'string' },
      port: { type: 'string' },
      responder: { type: 'string' },
      'external-url': { type: 'string' },
      once: { type: 'boolean' },
      journal: { type: 'boolean' },
      multiline: { type: 'boolean' },
      'log-time': { type: 'boolean' },
      deliver: { type: 'boolean' },
      'allow-host': { type: 'string', multiple: true },
      json: { type: 'boolean' },
      secrets: { type: 'string' },
      data: { type: 'string' },
      'mail-from': { type: 'string' },
      region: PLACE_OPTIONS.region,
      profile: PLACE_OPTIONS.profile,
      set: { type: 'string', multiple: true },
    },
  });
}

interface NamedLog {
  path: string;
  /** null: the path. */
  logGroup: string | null;
}

/** `GROUP=PATH`, `PATH`, or `-` for standard input. */
function namedLog(text: string, cwd: string): NamedLog {
  const { logGroup, path } = namedPath(text);
  return { logGroup, path: path === '-' || isAbsolute(path) ? path : resolve(cwd, path) };
}

function followedLog({ path, logGroup }: NamedLog): FollowedLog {
  if (path === '-') return { path, logGroup: logGroup ?? 'stdin', logStream: 'stdin' };
  return { path, logGroup: logGroup ?? path, logStream: basename(path) };
}

/** `[HOST:]PORT`; this machine alone where no host is named. */
function listenAt(option: string, text: string | undefined): Port | null {
  if (text === undefined) return null;
  const [, host = '127.0.0.1', digits] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535)
    throw new UsageError(`--${option} takes [HOST:]PORT, such as 9428 or 0.0.0.0:9428, not ${text}.`);
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port };
}

/** Somewhere that a browser can go, and nothing but that: the links put their own path behind it. */
function externalUrlOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const { protocol, search, hash, username } = URL.canParse(text) ? new URL(text) : new URL('none:');
  if (/^https?:$/.test(protocol) && search + hash + username === '') return text;
  throw new UsageError(`--external-url takes an address such as https://alerts.example.com, not ${text}.`);
}
