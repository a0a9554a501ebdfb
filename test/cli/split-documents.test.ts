import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTables, type Tables } from './embedded-tables.ts';
import { tocsin } from './tocsin.ts';

const FILES: Record<string, string> = {
  'defaults.yaml': 'version: 1\ntimeZone: Asia/Shanghai\ndefaults: { labels: { team: "${TEAM}" } }\n',
  'orders.yaml':
    'rules: [{ id: orders, match: ERROR }]\ntests: [{ rule: orders, logs: [{ file: orders.log }], expect: [{ at: 0s, firing: [{ labels: { team: shop } }] }] }]\n',
  'more/pay.yaml': 'rules: [{ id: pay, match: PAY }]\n',
  'who.yml': 'receivers: [{ name: ops, email: [{ to: [ops@example.com] }] }]\nroute: { receiver: ops }\n',
};

let folder: string;
let tables: Tables;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-split-'));
  mkdirSync(join(folder, 'rules/more'), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, 'rules', name), text);
  writeFileSync(join(folder, 'rules/orders.log'), '2026-11-21T02:00:00Z ERROR boom\n');
  tables = await startTables();
});
afterAll(async () => {
  await tables.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a document of many files, with a variable', () => {
  const commands = (): [string, ...string[]][] => [
    ['check', 'rules'],
    ['test', 'rules'],
    ['cost', 'rules/**/*.y*ml'],
    ['backtest', 'rules', '--logs', 'rules/orders.log'],
    ['apply', 'rules', '--local', tables.url],
    ['diff', 'rules', '--local', tables.url],
    ['pull', 'rules', '--local', tables.url],
  ];

  it.each(['check', 'test', 'cost', 'backtest', 'apply', 'diff', 'pull'])('is taken by %s', async (verb) => {
    const argv = commands().find(([name]) => name === verb) ?? [];
    const missing = await tocsin(folder, argv);
    expect(missing.code).toBe(1);
    expect(missing.out + missing.err).toContain('${TEAM} is not set');
    const ran = await tocsin(folder, [...argv, '--set', 'TEAM=shop']);
    expect(ran).toMatchObject({ code: 0, err: '' });
  });

  it('stands in the table whole', async () => {
    expect(await tables.config.get({ pk: 'rule', sk: 'pay' })).toMatchObject({ labels: { team: 'shop' } });
    expect((await tables.config.scan()).length).toBe(5);
  });
});
