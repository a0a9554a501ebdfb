import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Loaded } from '../shared/config/load.ts';
import { oneFile, readDocument } from './document.ts';
import { troubleOf } from './terminal/file-failure.ts';
import type { Command, Io } from './terminal/io.ts';
import { UsageError } from './terminal/usage-error.ts';
import { runTest, type TestResult } from './test/run-test.ts';

const USAGE = `tocsin test FILE [--only TEXT] [--set NAME=VALUE]… [--json]

Runs the tests that stand in the document, each from nothing, through the real pipeline and in virtual time. FILE is a
file, a folder or a glob.

  --only TEXT        only tests whose rule or name contains TEXT
  --set NAME=VALUE   fills \${NAME} in the document
  --json             a line of JSON for each test, then a summary

A test:
  tests:
    - rule: order-errors
      name: ten errors in five minutes
      start: 2026-01-05T00:00:00Z          # optional; it matters to time intervals
      logs:                                # message, in which {{i}} counts from 0, or file: lines with their own times
        - { at: 0s, repeat: 10, every: 20s, logGroup: /app/order-api, message: '{"level":"ERROR","n":{{i}}}' }
      expect:                              # the exact set of this rule's alerts that fire at that time
        - { at: 3m, firing: [{ labels: { service: order } }] }
      notify:                              # optional: all that leaves up to the last of these, to within 5 s
        - { at: 3m30s, receiver: ops, status: firing }

Exit code: 0 all pass, 1 one fails or the document is invalid, 2 wrong usage.

Examples:
  tocsin test tocsin.yaml
  tocsin test rules/ --only order --json
`;

/**
 * Runs the tests of a document; answers whether all pass.
 * @throws UsageError where none is what `only` asks for
 */
export async function runTests(
  loaded: Loaded,
  { json, only, quiet }: { json: boolean; only: string | null; quiet: boolean },
  io: Io,
): Promise<boolean> {
  const chosen = loaded.tests.filter(
    ({ test: { rule, name } }) => only === null || rule.includes(only) || name.includes(only),
  );
  if (only !== null && chosen.length === 0)
    throw new UsageError(
      `no test has ${JSON.stringify(only)} in its rule or name: --only takes a part of one.`,
    );
  let failed = 0;
  for (const located of chosen) {
    const result = await runTest(located.test, loaded.items, (file) => linesOf(file, io.cwd));
    if (result.differences.length > 0) failed += 1;
    if (!quiet || result.differences.length > 0) await tell(located, result, json, io);
  }
  const counts = { passed: chosen.length - failed, failed };
  if (!quiet) {
    const line = json ? JSON.stringify({ type: 'summary', ...counts }) : summary(counts);
    await io.stdout(`${line}\n`);
  }
  return failed === 0;
}

async function run(argv: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      json: { type: 'boolean' },
      set: { type: 'string', multiple: true },
    },
  });
  const { json = false, set = [], only = null } = values;
  const loaded = readDocument({ file: oneFile('test', positionals), set, json }, io);
  if (loaded === null) return 1;
  return (await runTests(loaded, { json, only, quiet: false }, io)) ? 0 : 1;
}

function linesOf(file: string, cwd: string): string[] {
  try {
    return readFileSync(resolve(cwd, file), 'utf8').split(/\r?\n/);
  } catch (error) {
    throw new UsageError(`${file}, which a test names, cannot be read: ${troubleOf(error)}.`, {
      cause: error,
    });
  }
}

async function tell(
  located: Loaded['tests'][number],
  result: TestResult,
  json: boolean,
  io: Io,
): Promise<void> {
  const { test, placeOf } = located;
  const differences = result.differences.map(({ path, message }) => ({ ...placeOf(path), message }));
  const status = differences.length === 0 ? 'passed' : 'failed';
  const { rule, name } = test;
  const { events, matched } = result;
  if (json) {
    const line = { type: 'test', status, rule, name, ...placeOf([]), events, matched, differences };
    await io.stdout(`${JSON.stringify(line)}\n`);
    return;
  }
  if (status === 'passed') {
    await io.stdout(`passed  ${rule}: ${name}\n`);
    return;
  }
  const { file, line, column } = placeOf([]);
  const lines = [
    `FAILED  ${rule}: ${name} (${file}:${line}:${column})`,
    ...differences.map((found) => `        ${found.file}:${found.line}:${found.column}: ${found.message}`),
    `        ${matched} of its ${events} log events matched the rule.`,
  ];
  await io.stdout(`${lines.join('\n')}\n`);
}

function summary({ passed, failed }: { passed: number; failed: number }): string {
  if (passed + failed === 0) return 'no tests';
  return failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} failed`;
}

export const command: Command = { name: 'test', summary: "run the document's tests", usage: USAGE, run };
