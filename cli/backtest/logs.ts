import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isGlob, matchingGlob } from '../../shared/config/files.ts';
import { namedPath } from '../log-paths.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Log files that are read one after the other, as one log stream. */
export interface LogFile {
  /** Absolute. */
  paths: string[];
  logStream: string;
  /** Of lines that name none; null: nobody has said. */
  logGroup: string | null;
  /** Of an export of CloudWatch Logs: every event begins with its time, which is no part of it. */
  isExport: boolean;
  /** Earlier events are passed over, ms; absent: none. */
  from?: number;
}

/** The parts of an exported log stream: `000000.gz`, `000001.gz`, … */
const EXPORT_PART = /^\d{6}\.gz$/;
/** What an export writes into the bucket to see whether it may. */
const WRITE_TEST = 'aws-logs-write-test';

/** Where a program finds its standard input as a file. */
const STDIN = '/dev/stdin';

/**
 * The logs at `[GROUP=]PATH`: a file, all files of a folder or of a glob, or `-` for standard input. What is there under
 * the whole text is that file.
 * @throws UsageError where there are none.
 */
export function findLogs(text: string, cwd: string): LogFile[] {
  const whole = statSync(resolve(cwd, text), { throwIfNoEntry: false });
  const { logGroup, path } = whole === undefined ? namedPath(text) : { logGroup: null, path: text };
  if (path === '-')
    return [{ paths: [STDIN], logStream: 'stdin', isExport: false, logGroup: logGroup ?? 'stdin' }];
  const absolute = resolve(cwd, path);
  const found = whole ?? statSync(absolute, { throwIfNoEntry: false });
  const logs = found?.isDirectory() ? logsBelow(absolute) : logFiles(absolute, found !== undefined);
  if (logs.length === 0) throw new UsageError(`The folder ${absolute} holds no log file.`);
  return logs.map((log) => ({ ...log, logGroup }));
}

/** @throws UsageError where there is none */
function logFiles(path: string, isThere: boolean): FoundLog[] {
  const meant = isThere ? [path] : matchingGlob(path, '/');
  if (meant.length > 0) return meant.map(single);
  throw new UsageError(isGlob(path) ? `No log file matches ${path}.` : `There is no log file ${path}.`);
}

type FoundLog = Omit<LogFile, 'logGroup'>;

function logsBelow(folder: string): FoundLog[] {
  const entries = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && name !== WRITE_TEST)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
  const parts = files.filter((path) => EXPORT_PART.test(basename(path)));
  const others = files.filter((path) => !parts.includes(path));
  const stream: FoundLog[] =
    parts.length === 0
      ? []
      : [{ paths: parts, logStream: basename(dirname(parts[0] ?? folder)), isExport: true }];
  const folders = entries.filter((entry) => entry.isDirectory());
  return [...stream, ...others.map(single), ...folders.flatMap(({ name }) => logsBelow(join(folder, name)))];
}

function single(path: string): FoundLog {
  return { paths: [path], logStream: basename(path), isExport: false };
}
