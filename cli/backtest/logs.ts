import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { namedPath } from '../log-paths.ts';
import { UsageError } from '../usage-error.ts';

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

/**
 * The logs at `[GROUP=]PATH`: a file, or all files of a folder. What is there under the whole text is that file.
 * @throws UsageError where there are none.
 */
export function findLogs(text: string, cwd: string): LogFile[] {
  const whole = statSync(resolve(cwd, text), { throwIfNoEntry: false });
  const { logGroup, path } = whole === undefined ? namedPath(text) : { logGroup: null, path: text };
  const absolute = resolve(cwd, path);
  const found = whole ?? statSync(absolute, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`There is no log file ${absolute}.`);
  const logs = found.isDirectory() ? logsBelow(absolute) : [single(absolute)];
  if (logs.length === 0) throw new UsageError(`The folder ${absolute} holds no log file.`);
  return logs.map((log) => ({ ...log, logGroup }));
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
