import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTables, type Tables } from './embedded-tables.ts';
import { tocsin } from './tocsin.ts';

const DOCUMENT = `# The rules of the shop.
version: 1
defaults: { labels: { team: \${TEAM} } }

rules:
  # Orders come first.
  - id: order-errors       # unique
    severity: critical     # wakes people
    logGroups: ["/app/order-*",   "/app/pay-*"]
    match: '{ $.level = "ERROR" }'
    when: { count: ">= 10", within: 5m }   # tuned in March

  - {id: slow, match: '{ $.ms > 800 }',    labels: {tier: "1"}}   # flow

receivers:
  - name: ops
    email:
      - to: [ops@example.com]   # everybody
route: { receiver: ops }
tests:
  - { rule: slow,   logs: [{ message: '{"ms": 900}' }], expect: [{ at: 0s, firing: [{}] }] }
`;

let folder: string;
let tables: Tables;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-pull-'));
  tables = await startTables();
});
afterEach(async () => {
  await tables.stop();
  rmSync(folder, { recursive: true, force: true });
});

const write = (text: string, file = 'tocsin.yaml') => writeFileSync(join(folder, file), text);
const read = (file = 'tocsin.yaml') => readFileSync(join(folder, file), 'utf8');
const run = (...argv: string[]) =>
  tocsin(folder, [...argv, '--local', tables.url], { env: { TEAM: 'shop' } });

function linesOnlyIn(text: string, other: string): string[] {
  const known = new Set(other.split('\n'));
  return text.split('\n').filter((line) => !known.has(line));
}

describe('tocsin pull', () => {
  it('leaves the file as it is where nothing was edited', async () => {
    write(DOCUMENT);
    await run('apply', 'tocsin.yaml');
    expect(await run('pull', 'tocsin.yaml')).toMatchObject({ code: 0, out: 'tocsin.yaml is what stands\n' });
    expect(read()).toBe(DOCUMENT);
  });

  it('takes edits by hand and rewrites only the lines that change', async () => {
    write(DOCUMENT);
    await run('apply', 'tocsin.yaml');
    const rule = { pk: 'rule', sk: 'order-errors' };
    await tables.config.update(rule, {
      set: { severity: 'error', when: { count: '>= 25', within: '10m' }, title: 'Orders fail: ${why}' },
    });
    await tables.config.update({ pk: 'rule', sk: 'slow' }, { set: { labels: { tier: '2', team: 'shop' } } });
    await tables.config.update(
      { pk: 'receiver', sk: 'ops' },
      { set: { email: [{ to: ['ops@example.com', 'night@example.com'] }] } },
    );
    const ran = await run('pull', 'tocsin.yaml');
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toContain('~ rule order-errors\n');
    expect(ran.out).toContain('    when.count: ">= 10" -> ">= 25"\n');
    expect(linesOnlyIn(read(), DOCUMENT)).toEqual([
      '    severity: error # wakes people',
      '    when: { count: ">= 25", within: 10m } # tuned in March',
      '    title: "Orders fail: $${why}"',
      `  - { id: slow, match: '{ $.ms > 800 }', labels: { tier: "2" } } # flow`,
      '      - to: [ ops@example.com, night@example.com ] # everybody',
    ]);
    expect(linesOnlyIn(DOCUMENT, read())).toHaveLength(4);
    expect(await run('diff', 'tocsin.yaml')).toMatchObject({ code: 0 });
    write(read().replace('25', '26'));
    expect(await run('apply', 'tocsin.yaml')).toMatchObject({ code: 0 });
  });

  it('takes items that were made by hand, and drops those that were deleted, but not what was never applied', async () => {
    write(DOCUMENT);
    await run('apply', 'tocsin.yaml');
    await tables.config.put({
      pk: 'rule',
      sk: 'made',
      id: 'made',
      match: { keyword: '失败' },
      labels: { team: 'shop' },
    });
    await tables.config.put({
      pk: 'timeInterval',
      sk: 'nights',
      name: 'nights',
      timeIntervals: [{ weekdays: ['monday'] }],
    });
    await tables.config.delete({ pk: 'rule', sk: 'slow' });
    const grown = DOCUMENT.replace('receivers:', '  - id: young\n\nreceivers:').replace(/tests:[\s\S]*/, '');
    write(grown);
    const ran = await run('pull', 'tocsin.yaml', '--json');
    expect(ran.code).toBe(0);
    expect(ran.json().map(({ change, kind, id }) => `${change} ${kind} ${id}`)).toEqual([
      'add rule made',
      'add timeInterval nights',
      'remove rule slow',
      'undefined undefined undefined',
    ]);
    const text = read();
    expect(text).not.toContain('slow');
    expect(text).toContain('- id: young\n');
    expect(text).toContain('keyword: 失败');
    expect((await run('diff', 'tocsin.yaml', '--json')).json()).toMatchObject([
      { change: 'add', id: 'young', conflict: null },
      { differences: 1 },
    ]);
    expect(await run('apply', 'tocsin.yaml')).toMatchObject({ code: 0 });
  });

  it('finds the file of a folder that an item stands in', async () => {
    mkdirSync(join(folder, 'rules'));
    const [top, rest] = DOCUMENT.split('receivers:');
    write(top ?? '', 'rules/a.yaml');
    write(`receivers:${rest}`, 'rules/b.yaml');
    await run('apply', 'rules');
    await tables.config.update({ pk: 'route', sk: 'root' }, { set: { groupWait: '1m' } });
    expect(await run('pull', 'rules')).toMatchObject({ code: 0 });
    expect(read('rules/a.yaml')).toBe(top);
    expect(read('rules/b.yaml')).toContain('route: { receiver: ops, groupWait: 1m }\n');
  });

  it('writes a new file from what stands', async () => {
    write(DOCUMENT);
    await run('apply', 'tocsin.yaml');
    expect(await run('pull', 'new.yaml')).toMatchObject({ code: 0 });
    expect(await run('diff', 'new.yaml')).toMatchObject({ code: 0 });
  });

  it('passes over what is broken where it stands, and says so', async () => {
    write(DOCUMENT);
    await run('apply', 'tocsin.yaml');
    await tables.config.update({ pk: 'rule', sk: 'order-errors' }, { set: { severity: 'loud' } });
    await tables.config.update({ pk: 'rule', sk: 'slow' }, { set: { title: 'Slow' } });
    const ran = await run('pull', 'tocsin.yaml');
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('rule order-errors is broken where it stands: severity:');
    expect(read()).toContain('title: Slow');
  });
});
