import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tocsin } from './tocsin.ts';

const DOCUMENT = `version: 1
rules:
  - { id: errors, match: ERROR, when: { count: 3, within: 5m } }
  - { id: never, match: NEVER }
receivers: [{ name: ops, email: [{ to: [ops@example.com] }], feishu: [{ webhook: "secret:ops#w", secret: "secret:ops#s" }] }]
route: { receiver: ops }
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-cost-'));
  writeFileSync(join(folder, 'tocsin.yaml'), DOCUMENT);
  const line = (minute: number) => `2026-11-21T02:${String(minute).padStart(2, '0')}:00Z ERROR boom\n`;
  writeFileSync(join(folder, 'api.log'), Array.from({ length: 60 }, (_, minute) => line(minute)).join(''));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cost = async (...argv: string[]) => {
  const { code, json } = await tocsin(folder, ['cost', 'tocsin.yaml', '--json', ...argv]);
  expect(code).toBe(0);
  return json();
};
const usdOf = (lines: Record<string, unknown>[], name: string) =>
  Number(lines.find(({ rule, part, type }) => [rule, part, type].includes(name))?.usd);

describe('tocsin cost', () => {
  it('estimates each rule and what all share, and adds up', async () => {
    const lines = await cost();
    const sum = lines
      .filter(({ type }) => type !== 'summary')
      .reduce((total, { usd }) => total + Number(usd), 0);
    expect(sum).toBeCloseTo(usdOf(lines, 'summary'), 6);
    expect(usdOf(lines, 'secrets')).toBe(0.8);
    expect(usdOf(lines, 'errors')).toBeGreaterThan(0);
  });

  it('grows with what happens, not with what is configured', async () => {
    const [quiet, loud] = [await cost('--events', '0', '--alerts', '0'), await cost('--events', '1e9')];
    expect(usdOf(quiet, 'errors')).toBe(0);
    expect(usdOf(quiet, 'reading the log')).toBe(0);
    expect(usdOf(loud, 'errors')).toBeGreaterThan(usdOf(await cost(), 'errors'));
  });

  it('measures on past logs, scaled to a month', async () => {
    const lines = await cost('--logs', 'api.log');
    const rule = lines.find((line) => line.rule === 'errors');
    expect(Number(rule?.matches)).toBeCloseTo((60 * 720 * 60) / 59, -1);
    expect(usdOf(lines, 'never')).toBe(0);
  });

  it('says in words what it assumed', async () => {
    const { out } = await tocsin(folder, ['cost', 'tocsin.yaml']);
    expect(out).toMatch(/^a month +\d+\.\d\d$/m);
    expect(out).toContain(
      'assumed: 30000000 log events a month, 1% of them match each rule, 30 alerts of each',
    );
    expect(await tocsin(folder, ['cost', 'tocsin.yaml', '--match', 'x'])).toMatchObject({ code: 2 });
  });
});
