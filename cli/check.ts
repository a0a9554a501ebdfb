import { parseArgs } from 'node:util';
import { channelSchemas } from '../shared/channels/registry.ts';
import { FileError, readFiles } from '../shared/config/files.ts';
import { type Loaded, load } from '../shared/config/load.ts';
import { formatProblem, type Problem } from '../shared/config/problems.ts';
import type { SourceText } from '../shared/config/source.ts';
import type { Variables } from '../shared/config/variables.ts';
import { checkPattern, checkRegex } from '../shared/match/program.ts';
import type { Command, Io } from './io.ts';
import { UsageError } from './usage-error.ts';

const USAGE = `tocsin check FILE [--set NAME=VALUE]… [--json]

Validates a document. FILE is a file, a folder or a glob; several files make one document.

  --set NAME=VALUE   fills \${NAME}, before the environment does
  --json             one line of JSON for each problem, then a summary

Prints each problem as FILE:LINE:COL: PATH: what is wrong, what was expected.
Exit code: 0 valid (warnings allowed), 1 invalid, 2 wrong usage or no such file.
`;

interface Arguments {
  file: string;
  json: boolean;
  set: Record<string, string>;
}

function readArguments(argv: string[]): Arguments {
  const options = { json: { type: 'boolean' }, set: { type: 'string', multiple: true } } as const;
  const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
  const [file, ...others] = positionals;
  if (file === undefined) throw new UsageError('check needs a FILE.');
  if (others.length > 0) throw new UsageError(`check takes one FILE, not also ${others.join(' ')}.`);
  return { file, json: values.json ?? false, set: Object.fromEntries((values.set ?? []).map(assignment)) };
}

function assignment(text: string): [string, string] {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text);
  if (match === null) throw new UsageError(`--set takes NAME=VALUE, not ${text.split('=')[0]}.`);
  return [match[1] ?? '', match[2] ?? ''];
}

/** Judges the files of one document by this version's channels and languages. */
function checkFiles(files: readonly SourceText[], variables: Variables): Loaded {
  return load(files, { channels: channelSchemas, checkPattern, checkRegex, variables });
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function answer(problems: readonly Problem[], files: number, rules: number, json: boolean): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  if (json) {
    const lines = problems.map((problem) => JSON.stringify({ type: 'problem', ...problem }));
    return [...lines, JSON.stringify({ type: 'summary', errors, warnings, rules })]
      .map((line) => `${line}\n`)
      .join('');
  }
  const verdict =
    errors > 0
      ? `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`
      : `fine: ${counted(rules, 'rule')} in ${counted(files, 'file')}${warnings > 0 ? `, ${counted(warnings, 'warning')}` : ''}`;
  return [...problems.map(formatProblem), verdict].map((line) => `${line}\n`).join('');
}

function filesOf(file: string, cwd: string): SourceText[] {
  try {
    return readFiles(file, cwd);
  } catch (error) {
    if (error instanceof FileError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** @throws UsageError */
async function run(argv: string[], io: Io): Promise<number> {
  const { file, json, set } = readArguments(argv);
  const files = filesOf(file, io.cwd);
  const { problems, items } = checkFiles(files, { ...io.env, ...set });
  const rules = items.filter(({ kind }) => kind === 'rule').length;
  await io.stdout(answer(problems, files.length, rules, json));
  return problems.some(({ severity }) => severity === 'error') ? 1 : 0;
}

export const command: Command = { name: 'check', summary: 'validates a document', usage: USAGE, run };
