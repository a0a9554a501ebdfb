import { parseArgs } from 'node:util';
import { formatProblem, type Problem } from '../shared/config/problems.ts';
import { assignments, documentFiles, judgeFiles, oneFile } from './document.ts';
import { counted } from './terminal/counted.ts';
import type { Command, Io } from './terminal/io.ts';

const USAGE = `tocsin check FILE [--set NAME=VALUE]… [--json]

Validates a document. FILE is a file, a folder or a glob; several files make one document.

  --set NAME=VALUE   fills \${NAME}, before the environment does
  --json             one line of JSON for each problem, then a summary

Prints each problem as FILE:LINE:COL: PATH: what is wrong, what was expected.
Exit code: 0 valid (warnings allowed), 1 invalid, 2 wrong usage or no such file.

Examples:
  tocsin check tocsin.yaml
  tocsin check rules/ --set TEAM=payments
  tocsin check 'rules/**/*.yaml' --json
`;

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

async function run(argv: string[], io: Io): Promise<number> {
  const options = { json: { type: 'boolean' }, set: { type: 'string', multiple: true } } as const;
  const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
  const variables = { ...io.env, ...assignments(values.set ?? []) };
  const files = documentFiles(oneFile('check', positionals), io.cwd);
  const { problems, items } = judgeFiles(files, variables);
  const rules = items.filter(({ kind }) => kind === 'rule').length;
  await io.stdout(answer(problems, files.length, rules, values.json ?? false));
  return problems.some(({ severity }) => severity === 'error') ? 1 : 0;
}

export const command: Command = { name: 'check', summary: 'validate a document', usage: USAGE, run };
