/** The document of rules, as every command reads it: FILE, `--set`, the problems told on the way. */
import { channelSchemas } from '../shared/channels/registry.ts';
import { FileError, readFiles } from '../shared/config/files.ts';
import { type Beside, type Loaded, load } from '../shared/config/load.ts';
import { formatProblem } from '../shared/config/problems.ts';
import type { SourceText } from '../shared/config/yaml/source.ts';
import type { Variables } from '../shared/config/yaml/variables.ts';
import { fieldNames } from '../shared/match/field-names.ts';
import { checkPattern, checkRegex } from '../shared/match/program.ts';
import { createRedactor } from '../shared/match/redact.ts';
import type { Io } from './terminal/io.ts';
import { UsageError } from './terminal/usage-error.ts';

export interface DocumentChoice {
  /** A file, a folder or a glob. */
  file: string;
  /** `NAME=VALUE`, as `--set` takes it. */
  set: readonly string[];
  json: boolean;
}

/** The one FILE among a command's words. @throws UsageError */
export function oneFile(command: string, [file, ...others]: readonly string[]): string {
  if (file === undefined || file === '') throw new UsageError(`${command} needs a FILE.`);
  if (others.length > 0) throw new UsageError(`${command} takes one FILE, not also ${others.join(' ')}.`);
  return file;
}

/** @throws UsageError where FILE names nothing that can be read. */
export function documentFiles(file: string, cwd: string): SourceText[] {
  try {
    return readFiles(file, cwd);
  } catch (error) {
    if (error instanceof FileError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** Judges the files of one document by this version's channels and languages, and by what stands `beside` it. */
export function judgeFiles(files: readonly SourceText[], variables: Variables, beside?: Beside): Loaded {
  const languages = { checkPattern, checkRegex, fieldNames, createRedactor };
  return load(files, { channels: channelSchemas, ...languages, variables, beside });
}

/**
 * Reads the document and prints its problems; null where one of them is an error.
 * @throws UsageError where FILE names nothing that can be read, or `--set` is written wrongly.
 */
export function readDocument({ file, set, json }: DocumentChoice, io: Io): Loaded | null {
  const variables = { ...io.env, ...assignments(set) };
  return tellProblems(judgeFiles(documentFiles(file, io.cwd), variables), json, io);
}

/** Prints what is wrong with a document; null where one of its problems is an error. */
export function tellProblems(loaded: Loaded, json: boolean, io: Io): Loaded | null {
  for (const problem of loaded.problems) {
    if (json) void io.stdout(`${JSON.stringify({ type: 'problem', ...problem })}\n`);
    else io.stderr(`${formatProblem(problem)}\n`);
  }
  return loaded.problems.some(({ severity }) => severity === 'error') ? null : loaded;
}

/** What `--set NAME=VALUE` says. The value may be a secret and is not shown. @throws UsageError */
export function assignments(set: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    set.map((text): [string, string] => {
      const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined)
        throw new UsageError(`--set takes NAME=VALUE, not ${text.split('=')[0]}.`);
      return [name, value];
    }),
  );
}
