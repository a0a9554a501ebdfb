import { parseArgs } from 'node:util';
import { parseDuration } from '../../shared/config/durations.ts';
import { type DocumentChoice, oneFile } from '../document.ts';
import { documentAmong, logPaths } from '../log-paths.ts';
import { PLACE_OPTIONS, type PlaceChoice } from '../place/connection.ts';
import type { Io } from '../terminal/io.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { findLogs, type LogFile } from './logs.ts';

export interface BacktestOptions extends DocumentChoice {
  logs: LogFile[];
  logGroup: string | null;
  /** Log groups to read from CloudWatch Logs; empty: none. */
  cloudWatch: { logGroups: string[]; sinceMs: number; cache: string | null };
  place: PlaceChoice;
  /** The document to compare with. */
  compare: string | null;
  /** Where the report goes as a page. */
  html: string | null;
}

/** @throws UsageError */
export function readOptions(argv: string[], io: Io): BacktestOptions {
  const { rest, paths: named } = logPaths(argv);
  const { region, profile } = PLACE_OPTIONS;
  const { values, positionals: words } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: {
      region,
      profile,
      'log-group': { type: 'string' },
      'from-cloudwatch': { type: 'string', multiple: true },
      since: { type: 'string' },
      cache: { type: 'string' },
      compare: { type: 'string' },
      html: { type: 'string' },
      json: { type: 'boolean' },
      set: { type: 'string', multiple: true },
    },
  });
  const { positionals, paths } = documentAmong(words, named);
  const file = oneFile('backtest', positionals);
  const logGroups = (values['from-cloudwatch'] ?? []).flatMap((names) => names.split(','));
  if (paths.length === 0 && logGroups.length === 0)
    throw new UsageError('backtest needs --logs PATH…, the logs to play, or --from-cloudwatch GROUP.');
  const { json = false, set = [], compare = null, html = null } = values;
  return {
    file,
    json,
    set,
    compare,
    html,
    logs: paths.flatMap((path) => findLogs(path, io.cwd)),
    logGroup: values['log-group'] ?? null,
    cloudWatch: { logGroups, sinceMs: sinceOf(values.since), cache: values.cache ?? null },
    place: { region: values.region, profile: values.profile },
  };
}

function sinceOf(text = '1d'): number {
  const ms = parseDuration(text);
  if (ms === null || ms <= 0)
    throw new UsageError(`--since ${text} is no length of time, expected one such as 7d.`);
  return ms;
}
