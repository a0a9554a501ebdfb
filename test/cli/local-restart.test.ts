import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Child, startChild } from '../support/child.ts';
import { runLocal, type Said } from '../support/run-local.ts';

let folder: string;
let child: Child | undefined;
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-restart-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await child?.ended;
  rmSync(folder, { recursive: true });
});

const delivered = (lines: readonly Said[]) =>
  lines
    .filter(({ type, outcome }) => type === 'delivery' && outcome === 'delivered')
    .flatMap((line) => (line.alerts as { labels: Record<string, string>; value: number }[]) ?? [])
    .map(({ labels, value }) => `${labels.rule} ${labels.word ?? ''} ${value}`);

/** Ctrl-C, as soon as something was told. */
const interruptAtDelivery = ({ type }: Said) => {
  if (type === 'delivery') process.emit('SIGINT');
};

const errors = (word: string, count: number) => `ERROR ${word}\n`.repeat(count);

describe('tocsin local that is stopped and started again', () => {
  it('counts every line of a followed log once, over a rotation meanwhile', async () => {
    write(
      'tocsin.yaml',
      `
version: 1
rules:
  - { id: words, match: { regex: 'ERROR (?P<word>\\w+)' }, groupBy: [word], when: { count: 4, within: 1h } }
receivers: [{ name: ops, email: [{ to: [ops@example.com] }] }]
route: { receiver: ops, groupBy: ['...'], groupWait: 1s }
`,
    );
    const argv = ['tocsin.yaml', '--logs', 'app.log', '--data', 'data'];
    const log = join(folder, 'app.log');
    write('app.log', `${errors('a', 4)}${errors('b', 2)}`);
    child = startChild(argv, folder);
    await child.heard(({ type }) => type === 'delivery');
    child.kill('SIGINT');
    expect([await child.ended, child.stderr()]).toEqual([0, '']);
    expect(delivered(child.lines)).toEqual(['words a 4']);

    appendFileSync(log, errors('b', 1));
    renameSync(log, `${log}.1`);
    write('app.log', `${errors('a', 3)}${errors('b', 1)}${errors('c', 3)}`);
    const { exit, lines } = await runLocal(argv, folder, interruptAtDelivery);
    expect([exit, delivered(lines)]).toEqual([0, ['words b 4']]);
  });

  it('tells what was due after the last line of a log in its own time', async () => {
    write(
      'tocsin.yaml',
      `
version: 1
rules:
  - { id: soon, match: SOON, receiver: ops, when: { count: 1, within: 12h } }
  - { id: late, match: LATE, when: { count: 1, within: 12h } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
  - { name: others, email: [{ to: [others@example.com] }] }
route:
  receiver: ops
  groupWait: 1m
  routes: [{ receiver: others, matchers: ['rule="late"'], groupWait: 2h }]
`,
    );
    write('app.log', '2026-11-20T02:00:00Z SOON\n2026-11-20T02:00:01Z LATE\n');
    const argv = ['tocsin.yaml', '--logs', 'app.log', '--once', '--log-time', '--data', 'data'];
    const interrupted = await runLocal(argv, folder, interruptAtDelivery);
    expect(delivered(interrupted.lines)).toEqual(['soon  1']);
    const { exit, lines } = await runLocal(argv, folder);
    expect([exit, delivered(lines)]).toEqual([0, ['late  1']]);
  });
});

describe('tocsin local --once', () => {
  it('ends, and says so, where nobody is to be told', async () => {
    write(
      'tocsin.yaml',
      'version: 1\nrules: [{ id: errors, match: ERROR, when: { count: 1, within: 1m } }]\n',
    );
    write('app.log', 'ERROR\n');
    const { exit, stderr } = await runLocal(['tocsin.yaml', '--logs', 'app.log', '--once'], folder);
    expect(exit).toBe(1);
    expect(stderr).toContain('route');
  });

  it('answers 1 where a delivery failed for good, and tells the others', async () => {
    write(
      'tocsin.yaml',
      `
version: 1
rules: [{ id: errors, match: ERROR, when: { count: 1, within: 1m } }]
receivers: [{ name: ops, email: [{ to: [ops@example.com] }], feishu: [{ webhook: "secret:none" }] }]
route: { receiver: ops, groupWait: 0s }
`,
    );
    write('secrets.yaml', 'none: no web address\n');
    write('app.log', 'ERROR\n');
    const argv = ['tocsin.yaml', '--logs', 'app.log', '--once', '--secrets', 'secrets.yaml'];
    const { exit, lines } = await runLocal(argv, folder);
    expect(exit).toBe(1);
    expect(delivered(lines)).toEqual(['errors  1']);
    expect(lines.filter(({ outcome }) => outcome === 'failed')).toMatchObject([{ channel: 'feishu' }]);
  });
});
