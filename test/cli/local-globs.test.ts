import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runLocal } from '../support/run-local.ts';

const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: ERROR, groupBy: ["@logGroup"], when: { count: 2, within: 5m } }
receivers:
  - { name: ops, sink: [{}] }
route: { receiver: ops, groupWait: 0s }
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-globs-'));
  mkdirSync(join(folder, 'app'));
  writeFileSync(join(folder, 'rules.yaml'), DOCUMENT);
  for (const name of ['pay', 'cart'])
    writeFileSync(join(folder, `app/${name}.log`), 'ERROR one\nERROR two\n');
  writeFileSync(join(folder, 'app/pay.log.1'), 'ERROR old\nERROR older\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('files by glob have log groups of their own, and rotated ones are left out', async () => {
  const { lines, exit } = await runLocal(['rules.yaml', '--logs', 'app/*.log*', '--once'], folder);
  expect(exit).toBe(0);
  expect(lines.at(-1)).toMatchObject({ type: 'summary', events: 4, matched: 4, alerts: 2 });
});

it('files by glob may share a log group, in the time of the log too', async () => {
  const argv = ['rules.yaml', '--logs', '/app=app/*.log', '--once', '--log-time'];
  const { lines } = await runLocal(argv, folder);
  expect(lines.at(-1)).toMatchObject({ type: 'summary', events: 4, matched: 4, alerts: 1 });
});
