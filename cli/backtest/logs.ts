import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../usage-error.ts';

/** Log files that are read one after the other, as one log stream. */
export interface LogFile {
  /** Absolute. */
  paths: string[];
  logStream: string;
  /** Of an export of CloudWatch Logs: every event begins with its time, which is no part of it. */
  isExport: boolean;
  /** Earlier events are passed over, ms; absent: none. */
  from?: number;
}

/** The parts of an exported log stream: `000000.gz`, `000001.gz`, … */
const EXPORT_PART = /^\d{6}\.gz$/;
/** What an export writes into the bucket to see whether it may. */
const WRITE_TEST = 'aws-logs-write-test';

/** The logs at a path: a file, or all files of a folder. @throws UsageError where there are none. */
export function findLogs(path: string, cwd: string): LogFile[] {
  const absolute = resolve(cwd, path);
  const found = statSync(absolute, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`There is no log file ${absolute}.`);
  if (!found.isDirectory()) return [single(absolute)];
  const logs = logsBelow(absolute);
  if (logs.length === 0) throw new UsageError(`The folder ${absolute} holds no log file.`);
  return logs;
}

function logsBelow(folder: string): LogFile[] {
  const entries = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && name !== WRITE_TEST)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
  const parts = files.filter((path) => EXPORT_PART.test(basename(path)));
  const others = files.filter((path) => !parts.includes(path));
  const stream: LogFile[] =
    parts.length === 0
      ? []
      : [{ paths: parts, logStream: basename(dirname(parts[0] ?? folder)), isExport: true }];
  const folders = entries.filter((entry) => entry.isDirectory());
  return [...stream, ...others.map(single), ...folders.flatMap(({ name }) => logsBelow(join(folder, name)))];
}

function single(path: string): LogFile {
  return { paths: [path], logStream: basename(path), isExport: false };
}
