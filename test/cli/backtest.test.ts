import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findLogs } from '../../cli/backtest/logs.ts';
import { main } from '../../cli/main.ts';

const DOCUMENT = `
version: 1
rules:
  - id: order-errors
    severity: critical
    logGroups: ["/app/*"]
    match: { level: error }
    groupBy: [$.service]
    when: { count: ">= 3", within: 5m }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
  - { name: quiet, email: [{ to: [ops@example.com], sendResolved: false }] }
route:
  receiver: ops
  routes: [{ receiver: quiet, matchers: ['service="pay"'] }]
`;
const START = Date.UTC(2026, 10, 21, 2);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-backtest-'));
  writeFileSync(join(folder, 'tocsin.yaml'), DOCUMENT);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const record = (seconds: number, service: string, more: object = {}) =>
  JSON.stringify({
    timestamp: START + seconds * 1000,
    message: JSON.stringify({ level: 'ERROR', service }),
    logGroup: '/app/a',
    logStream: 's',
    ...more,
  });

function write(name: string, lines: string[]): string {
  const text = `${lines.join('\n')}\n`;
  writeFileSync(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text);
  return name;
}

async function tocsin(...argv: string[]) {
  let out = '';
  let err = '';
  const code = await main(argv, {
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    stdin: Readable.from([]),
    env: {},
    cwd: folder,
    isTerminal: false,
  });
  return { code, out, err };
}

async function backtest(...argv: string[]) {
  const { code, out, err } = await tocsin('backtest', 'tocsin.yaml', '--json', ...argv);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const iso = (seconds: number) => new Date(START + seconds * 1000).toISOString();

describe('tocsin backtest', () => {
  it('says what would have been sent, when and to whom', async () => {
    const logs = write('three.ndjson', [
      record(0, 'order'),
      record(10, 'order'),
      record(20, 'order'),
      record(25, 'order'),
    ]);
    const labels = { rule: 'order-errors', severity: 'critical', service: 'order' };
    const groupLabels = { rule: 'order-errors' };
    const [first, second, ...rest] = await backtest('--logs', logs);
    expect(first).toEqual({
      type: 'notification',
      at: iso(50),
      receiver: 'ops',
      status: 'firing',
      groupLabels,
      alerts: [{ status: 'firing', labels, startsAt: iso(20), endsAt: null, value: 4 }],
    });
    // The window drains 5 minutes after the third-last event; 30 s for stragglers; the group's next timer then tells.
    expect(second).toMatchObject({
      status: 'resolved',
      at: iso(350),
      alerts: [{ status: 'resolved', endsAt: iso(315) }],
    });
    expect(rest).toEqual([{ type: 'summary', events: 4, matched: 4, alerts: 1, notifications: 2 }]);
  });

  it('gives the same answer however often it is asked', async () => {
    const lines = Array.from({ length: 300 }, (_, index) =>
      record(index * 7, index % 3 === 0 ? 'order' : 'cart'),
    );
    const logs = write('many.ndjson', lines);
    expect(await backtest('--logs', logs)).toEqual(await backtest('--logs', logs));
  });

  it('counts an event that stands twice in the logs once', async () => {
    const same = record(0, 'order', { id: 'one' });
    const logs = write('twice.ndjson', [same, same, same, record(1, 'order', { id: 'two' })]);
    const nothing = { alerts: 0, notifications: 0 };
    expect((await backtest('--logs', logs)).at(-1)).toMatchObject({ events: 2, matched: 2, ...nothing });
    const overlapping = await backtest('--logs', logs, logs);
    expect(overlapping.at(-1)).toMatchObject({ events: 2, matched: 2, ...nothing });
    const later = record(1, 'order', { id: 'one' });
    const disordered = write('disordered.ndjson', [
      same,
      record(9, 'order', { id: 'two' }),
      same,
      later,
      later,
    ]);
    expect((await backtest('--logs', disordered)).at(-1)).toMatchObject({ events: 3, matched: 3 });
  });

  it('takes events of one id for two where they stand in different log streams', async () => {
    const logs = write('streams.ndjson', [
      record(0, 'a', { id: '1' }),
      record(0, 'b', { id: '1', logStream: 't' }),
    ]);
    expect((await backtest('--logs', logs)).at(-1)).toMatchObject({ events: 2, matched: 2 });
  });

  it('takes lines of one time in their order, and failures in a row for such only where they are', async () => {
    const second = (failing: number[]) =>
      Array.from({ length: 20 }, (_, index) =>
        record(0, failing.includes(index) ? 'row' : 'fine', {
          message: failing.includes(index) ? 'E' : 'ok',
        }),
      );
    const rule = '{ id: row, action: record, match: E, when: { consecutive: 3 } }';
    writeFileSync(join(folder, 'row.yaml'), `version: 1\nrules: [${rule}]\n`);
    const alertsOf = async (failing: number[]) => {
      const logs = write('second.ndjson', second(failing));
      const { out } = await tocsin('backtest', 'row.yaml', '--json', '--logs', logs);
      return JSON.parse(out.trim().split('\n').at(-1) ?? '').alerts;
    };
    expect(await alertsOf([8, 9, 10])).toBe(1);
    // The numbers of these lines would stand together as texts.
    expect(await alertsOf([0, 9, 10])).toBe(0);
  });

  it.each([
    ['when: { anomaly: 3, over: count, baseline: 7d, within: 12h }', 603],
    ["when: { ratio: '> 50%', of: order, within: 20d }, for: 1d", 1],
  ])('judges windows of any length: %s', async (asked, value) => {
    writeFileSync(
      join(folder, 'long.yaml'),
      `version: 1\nrules: [{ id: long, match: bad, ${asked} }]
receivers: [{ name: ops, webhook: [{ url: https://hooks.example.com }] }]\nroute: { receiver: ops }\n`,
    );
    const hours = Array.from({ length: 14 * 24 }, (_, hour) => hour);
    const lines = hours.flatMap((hour) =>
      Array.from({ length: hour >= 240 && hour < 252 ? 60 : 1 + (hour % 2) }, (_, index) =>
        record(hour * 3600 + index, 'order', { message: 'bad order' }),
      ),
    );
    const logs = write('long.ndjson', lines);
    const { out } = await tocsin('backtest', 'long.yaml', '--json', '--logs', logs);
    const first = JSON.parse(out.split('\n')[0] ?? '');
    expect(first).toMatchObject({ status: 'firing', alerts: [{ value }] });
  });

  it('takes events of one time in the order of their own ids', async () => {
    const rule = '{ id: row, action: record, match: E, when: { consecutive: 2 } }';
    writeFileSync(join(folder, 'row.yaml'), `version: 1\nrules: [${rule}]\n`);
    const named = { e1: 'E', e10: 'ok', e2: 'E' };
    const lines = Object.entries(named).map(([id, message]) => record(0, 'row', { id, message }));
    const logs = write('named.ndjson', lines);
    const { out } = await tocsin('backtest', 'row.yaml', '--json', '--logs', logs);
    expect(JSON.parse(out.trim().split('\n').at(-1) ?? '')).toMatchObject({ matched: 2, alerts: 0 });
  });

  it('counts events of one id and time in two log streams as two', async () => {
    const lines = ['s', 't', 'u'].map((logStream) => record(0, 'order', { id: '1', logStream }));
    const logs = write('one-id.ndjson', lines);
    expect((await backtest('--logs', logs)).at(-1)).toMatchObject({ events: 3, matched: 3, alerts: 1 });
  });

  it('takes milliseconds in quotes, a time without a zone for one in UTC, and one beyond all years for none', async () => {
    const zoneless = new Date(START).toISOString().slice(0, 19);
    const times = [zoneless, zoneless, String(START)];
    const logs = write(
      'zoneless.ndjson',
      times.map((timestamp, n) => record(n, 'order', { timestamp })),
    );
    expect((await backtest('--logs', logs))[0]).toMatchObject({ at: iso(30) });
    const absurd = write('absurd.ndjson', [record(0, 'order', { timestamp: 1e20 })]);
    const { code, err } = await tocsin('backtest', 'tocsin.yaml', '--json', '--logs', absurd);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('was left out') });
  });

  it('takes the log group of each path from before it, and of a file whose name looks so from --log-group', async () => {
    const plain = [0, 1, 2].map((seconds) => `${iso(seconds)} ERROR boom`);
    const logs = write('plain.log', plain);
    expect((await backtest('--logs', `/app/x=${logs}`, '--log-group', '/other')).at(-1)).toMatchObject({
      matched: 3,
    });
    expect((await backtest('--logs', `/other=${logs}`, '--log-group', '/app/x')).at(-1)).toMatchObject({
      matched: 0,
    });
    const odd = write('a=b.log', plain);
    expect((await backtest('--logs', odd, '--log-group', '/app/x')).at(-1)).toMatchObject({ matched: 3 });
  });

  it('says which rules met more groups than they count by themselves', async () => {
    write('few-groups.yaml', [DOCUMENT.replace('severity: critical', 'maxGroups: 1')]);
    const logs = write('groups.ndjson', [record(0, 'order'), record(1, 'cart')]);
    const { err } = await tocsin('backtest', 'few-groups.yaml', '--json', '--logs', logs);
    expect(err).toBe(
      'tocsin backtest: more groups than are counted by themselves, the rest under __overflow__: order-errors (maxGroups 1).\n',
    );
  });

  it('reads plain lines by their own time, packed files, and several in the order of their times', async () => {
    const plain = (seconds: number) => `${iso(seconds)} ERROR boom`;
    const a = write('a.log.gz', [plain(0), '  at somewhere', plain(20)]);
    const b = write('b.log', [plain(10)]);
    const lines = await backtest('--logs', a, b, '--log-group', '/app/plain');
    expect(lines[0]).toMatchObject({
      at: iso(50),
      alerts: [{ labels: { service: '' }, startsAt: iso(20), value: 3 }],
    });
    expect(lines.at(-1)).toMatchObject({ events: 4 });
  });

  it("takes a service's own JSON lines for messages, though they have a timestamp and a message", async () => {
    const own = (seconds: number) =>
      JSON.stringify({ timestamp: iso(seconds), level: 'ERROR', message: 'm', service: 'own' });
    const logs = write('own.log', [own(0), own(1), own(2)]);
    const [first] = await backtest('--logs', logs, '--log-group', '/app/own');
    expect(first.alerts).toMatchObject([{ labels: { service: 'own' } }]);
  });

  it('tells no end where the receiver wants none', async () => {
    const logs = write('pay.ndjson', [record(0, 'pay'), record(1, 'pay'), record(2, 'pay')]);
    const lines = await backtest('--logs', logs);
    expect(lines.map(({ type, receiver, status }) => [type, receiver, status])).toEqual([
      ['notification', 'quiet', 'firing'],
      ['summary', undefined, undefined],
    ]);
  });

  it('repeats while the log goes on, and not for ever after it', async () => {
    const hours = 9;
    const lines = Array.from({ length: hours * 60 }, (_, minute) => record(minute * 60, 'order'));
    const notified = (await backtest('--logs', write('long.ndjson', lines))).slice(0, -1);
    expect(notified.map(({ status }) => status)).toEqual(['firing', 'firing', 'firing', 'resolved']);
  });

  it('takes a glob in quotes, and standard input', async () => {
    mkdirSync(join(folder, 'globbed'));
    write('globbed/a.ndjson', [record(0, 'order'), record(1, 'order')]);
    write('globbed/b.ndjson', [record(2, 'order')]);
    write('globbed/c.txt', [record(3, 'order')]);
    const { out } = await tocsin('backtest', 'tocsin.yaml', '--logs', 'globbed/*.ndjson');
    expect(out).toContain('3 events, 3 matched, 1 alert, 2 notifications');
    expect(findLogs('/app/order=-', folder)).toMatchObject([{ logGroup: '/app/order', logStream: 'stdin' }]);
  });

  it('says in words what it found, and how it is used', async () => {
    const logs = write('words.ndjson', [record(0, 'order'), record(1, 'order'), record(2, 'order')]);
    const { code, out } = await tocsin('backtest', 'tocsin.yaml', '--logs', logs);
    expect(code).toBe(0);
    expect(out).toContain('2026-11-21 02:00:32 UTC  firing -> ops (first notification of the group)');
    expect(out).toContain('3 events, 3 matched, 1 alert, 2 notifications');
  });

  it.each([
    [['backtest'], 'backtest needs a FILE.'],
    [
      ['backtest', 'tocsin.yaml'],
      'backtest needs --logs PATH…, the logs to play, or --from-cloudwatch GROUP.',
    ],
    [['backtest', 'tocsin.yaml', '--logs', 'nowhere.log'], 'There is no log file'],
    [['backtest', 'tocsin.yaml', '--logs', 'nowhere/*.log'], 'No log file matches'],
    [['backtest', 'nothing.yaml', '--logs', 'tocsin.yaml'], 'There is no file nothing.yaml.'],
  ])('refuses %j in one sentence', async (argv, sentence) => {
    const { code, err } = await tocsin(...argv);
    expect(code).toBe(2);
    expect(err).toContain(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});
