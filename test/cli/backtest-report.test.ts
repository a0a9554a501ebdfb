import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { EarliestFirst } from '../../cli/backtest/earliest-first.ts';
import { Bins } from '../../cli/backtest/report/bins.ts';
import { tocsin } from './tocsin.ts';

const document = (count: number) => `
version: 1
rules:
  - { id: errors, title: 'Errors <b>', match: { level: error }, when: { count: ${count}, within: 5m } }
  - { id: never, match: NEVER }
receivers: [{ name: ops, email: [{ to: [ops@example.com] }] }]
route: { receiver: ops }
`;
const REST = {
  version: 1,
  receivers: [{ name: 'ops', email: [{ to: ['ops@example.com'] }] }],
  route: { receiver: 'ops' },
};
const START = Date.UTC(2026, 10, 21, 2);
const iso = (seconds: number) => new Date(START + seconds * 1000).toISOString();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-report-'));
  writeFileSync(join(folder, 'tocsin.yaml'), document(3));
  const at = [0, 10, 20, 25, 7200];
  writeFileSync(join(folder, 'api.log'), at.map((seconds) => `${iso(seconds)} ERROR boom\n`).join(''));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const backtest = (...argv: string[]) => tocsin(folder, ['backtest', 'tocsin.yaml', ...argv]);

describe('the report of a backtest', () => {
  it('draws each rule with its threshold and when it fired, and says how loud it is', async () => {
    const { code, out } = await backtest('--logs', 'api.log');
    expect(code).toBe(0);
    expect(out).toContain('errors: at least 3 matches within 5m\n');
    expect(out).toMatch(/^3 ┼.*$/m);
    expect(out).toContain('▀ fired\n');
    expect(out).toContain('5 matched, at most 4 within 5m; 1 alert (12 a day), 2 notifications (24 a day)\n');
    expect(out).toContain('matched nothing: never\n');
    expect(out.endsWith('5 events, 5 matched, 1 alert, 2 notifications\n')).toBe(true);
  });

  it('writes the same as one page that fetches and runs nothing', async () => {
    expect(await backtest('--logs', 'api.log', '--html', 'report.html')).toMatchObject({ code: 0 });
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(page).toContain('<h2>Errors &lt;b&gt;</h2>');
    expect(page).toContain('class="threshold"');
    expect(page).toContain('class="fire"');
    expect(page).not.toMatch(/<script|https?:|src=|NaN|Infinity/);
  });

  it('draws the threshold of every condition that has one, beside what is compared with it', async () => {
    const rules = [
      { id: 'ratio', match: '{ $.ms > 500 }', when: { ratio: '> 40%', within: '5m' } },
      { id: 'peak', when: { value: '$.ms', stat: 'max', is: '> 1000', within: '5m' } },
      { id: 'fall', when: { value: '$.ms', stat: 'min', is: '< 50', within: '5m' } },
      { id: 'values', when: { distinct: '$.ms', is: '>= 20', within: '5m' } },
      { id: 'row', match: '{ $.ms > 500 }', when: { consecutive: 4 } },
      { id: 'spike', when: { spike: '>= 3x', within: '1m' } },
    ];
    writeFileSync(join(folder, 'all.yaml'), JSON.stringify({ ...REST, rules }));
    const at = [0, 15, 30, 45, 75, 85, 95, 105, 115, 125];
    const lines = at.map((seconds, index) =>
      JSON.stringify({ time: iso(seconds), ms: 100 + 100 * Math.min(index, 8) }),
    );
    writeFileSync(join(folder, 'ms.log'), `${lines.join('\n')}\n`);
    const { out } = await tocsin(folder, ['backtest', 'all.yaml', '--logs', 'ms.log', '--html', 'all.html']);
    const charts = new Map(out.split('\n\n').map((chart) => [chart.trimStart().split(':')[0], chart]));
    const page = readFileSync(join(folder, 'all.html'), 'utf8');
    for (const [rule, threshold, worst] of [
      ['ratio', '40%', 'at most 50% within 5m'],
      ['peak', '1,000', 'at most 900 within 5m'],
      ['fall', '50', 'at least 100 within 5m'],
      ['values', '20', 'at most 9 within 5m'],
      ['row', '4', 'at most 5 in a row'],
      ['spike', '3×', 'at most 2× within 1m'],
    ]) {
      const chart = charts.get(rule) ?? '';
      expect(chart).toMatch(new RegExp(`^ *${threshold} ┼`, 'm'));
      expect(chart).toContain(`matched, ${worst};`);
      expect(page).toMatch(new RegExp(`class="at"[^>]*>${threshold}<`));
    }
  });

  it('draws every threshold of a list, those of one value in one chart', async () => {
    const rules = [
      {
        id: 'levels',
        match: '{ $.level = "ERROR" }',
        when: [
          { severity: 'critical', count: 5, within: '5m' },
          { severity: 'warning', count: 2, within: '5m' },
          { severity: 'info', ratio: '> 50%', within: '1m' },
        ],
      },
    ];
    writeFileSync(join(folder, 'list.yaml'), JSON.stringify({ ...REST, rules }));
    const lines = [0, 10, 20, 100, 110, 120].map(
      (second, index) => `${iso(second)} {"level":"${index % 3 === 1 ? 'INFO' : 'ERROR'}"}\n`,
    );
    const named = lines.map((line) =>
      JSON.stringify({ timestamp: line.slice(0, 24), message: line.slice(25, -1) }),
    );
    writeFileSync(join(folder, 'list.log'), `${named.join('\n')}\n`);
    const { out } = await tocsin(folder, [
      'backtest',
      'list.yaml',
      '--logs',
      'list.log',
      '--html',
      'list.html',
    ]);
    expect(out).toContain(
      'levels: critical: at least 5 matches within 5m; warning: at least 2 matches within 5m\n',
    );
    expect(out).toContain('levels: info: ');
    for (const threshold of ['5', '2', '50%']) expect(out).toMatch(new RegExp(`^ *${threshold} ┼`, 'm'));
    expect(out).toContain('4 matched, at most 4 within 5m, at most 100% within 1m; ');
    const page = readFileSync(join(folder, 'list.html'), 'utf8');
    for (const words of ['warning 2', 'critical 5', 'info 50%']) expect(page).toContain(`>${words}<`);
    expect(page.match(/<h2>/g)).toHaveLength(1);
  });

  it('draws how far a window lies off its baseline, with a limit for each severity', async () => {
    const anomaly = { anomaly: { warning: 3, critical: 10 }, baseline: '10m', within: '1m', atLeast: 5 };
    const rules = [{ id: 'odd', match: 'X', when: { ...anomaly, over: 'count' } }];
    writeFileSync(join(folder, 'odd.yaml'), JSON.stringify({ ...REST, rules }));
    const steady = Array.from({ length: 40 }, (_, index) => 30 * index);
    const burst = Array.from({ length: 18 }, (_, index) => 900 + index);
    const times = [...steady, ...burst].sort((a, b) => a - b);
    writeFileSync(join(folder, 'odd.log'), times.map((second) => `${iso(second)} X\n`).join(''));
    const { out } = await tocsin(folder, ['backtest', 'odd.yaml', '--logs', 'odd.log', '--html', 'odd.html']);
    for (const limit of ['3σ', '10σ']) expect(out).toMatch(new RegExp(`^ *${limit} ┼`, 'm'));
    // Two a minute, whose deviation is floored at the root of two, and then eighteen more.
    expect(out).toContain('58 matched, at most 12.7σ off its baseline; 1 alert');
    const page = readFileSync(join(folder, 'odd.html'), 'utf8');
    for (const words of ['warning 3σ', 'critical 10σ']) expect(page).toContain(`>${words}<`);
  });

  it('draws for how long nothing came, for the rule from the start, for a group from its first match', async () => {
    const absent = { absent: '2m', until: 'BYE' };
    const rules = [
      { id: 'beats', match: 'BEAT', when: absent },
      { id: 'never', match: 'NEVER', when: absent },
      {
        id: 'hosts',
        fields: '[word, host]',
        match: '[word = BEAT, host]',
        groupBy: ['host'],
        when: { absent: '2m' },
      },
    ];
    writeFileSync(join(folder, 'absent.yaml'), JSON.stringify({ ...REST, rules }));
    const log = [
      [0, 'OTHER x'],
      [30, 'BEAT a'],
      [330, 'BEAT a'],
      [340, 'BYE x'],
      [1000, 'BEAT b'],
      [1060, 'OTHER x'],
    ].map(([second, message]) => JSON.stringify({ timestamp: iso(Number(second)), message }));
    writeFileSync(join(folder, 'absent.log'), `${log.join('\n')}\n`);
    const { out } = await tocsin(folder, ['backtest', 'absent.yaml', '--logs', 'absent.log']);
    expect(out).toMatch(/^ *2m ┼/m);
    expect(out).toContain('3 matched, at most 5m without a match; ');
    expect(out).toContain('0 matched, at most 5m 40s without a match; ');
    expect(out).toContain('3 matched, at most 12m 10s without a match; ');
  });

  it('keeps the greatest value of every stretch, however long the log', () => {
    const bins = new Bins(0, 1000);
    for (let second = 0; second < 100_000; second += 1) bins.note(second * 1000, second === 77_777 ? 9 : 1);
    expect(bins.size).toBeLessThan(1000);
    const values = bins.resampled(10, 100_000_000);
    expect(values).toEqual([1, 1, 1, 1, 1, 1, 1, 9, 1, 1]);
  });
});

describe('files in the order of their times', () => {
  it('come as a sort would bring them, however many there are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(50), { minLength: 1, maxLength: 6 }), { maxLength: 12 }),
        (lists) => {
          const sources = lists.map((list, file) => {
            const times = list.sort((a, b) => a - b);
            return {
              file,
              left: times,
              get time() {
                return this.left[0] ?? 0;
              },
            };
          });
          const heap = new EarliestFirst<(typeof sources)[number]>();
          for (const source of sources) heap.add(source);
          const taken: number[][] = [];
          for (let first = heap.first; first !== undefined; first = heap.first) {
            taken.push([first.time, first.file]);
            first.left = first.left.slice(1);
            if (first.left.length > 0) heap.sink();
            else heap.dropFirst();
          }
          const all = lists.flatMap((list, file) => list.map((time) => [time, file]));
          const sorted = all.sort(([a = 0, i = 0], [b = 0, j = 0]) => a - b || i - j);
          expect(taken).toEqual(sorted);
        },
      ),
    );
  });
});

describe('tocsin backtest --compare', () => {
  it('shows only what differs, and answers 1 where anything does', async () => {
    writeFileSync(join(folder, 'old.yaml'), document(5));
    const ran = await backtest('--logs', 'api.log', '--compare', 'old.yaml', '--json');
    expect(ran.code).toBe(1);
    expect(ran.json()).toMatchObject([
      { type: 'notification', change: 'added', status: 'firing' },
      { type: 'notification', change: 'added', status: 'resolved' },
      { type: 'summary', alerts: 1, old: { alerts: 0 }, differences: 2 },
    ]);
    writeFileSync(join(folder, 'same.yaml'), document(3));
    expect(await backtest('--logs', 'api.log', '--compare', 'same.yaml')).toMatchObject({
      code: 0,
      out: '5 events; before: 1 alert, 2 notifications; after: 1 alert, 2 notifications (+0 -0)\n',
    });
  });
});

describe('an export of CloudWatch Logs', () => {
  it('is read as a folder: each stream its parts in order, each event without the time before it', async () => {
    const stream = join(folder, 'export', '5a1b', 'api-1');
    mkdirSync(stream, { recursive: true });
    writeFileSync(join(folder, 'export', 'aws-logs-write-test'), 'Permission Check Successful');
    const part = (...lines: string[]) => gzipSync(`${lines.join('\n')}\n`);
    const error = (seconds: number) => `${iso(seconds)} {"level":"ERROR"}`;
    writeFileSync(join(stream, '000000.gz'), part(error(0), error(10), '  at somewhere'));
    writeFileSync(join(stream, '000001.gz'), part(error(20)));
    const ran = await backtest('--logs', 'export', '--log-group', '/app/api', '--json');
    expect(ran.json().at(-1)).toMatchObject({ events: 4, matched: 3, alerts: 1 });
  });
});

describe('a folder of very many log streams', () => {
  it('is read whole', async () => {
    const many = join(folder, 'many');
    mkdirSync(many);
    for (let file = 0; file < 150; file += 1) {
      const lines = [file, file + 1].map((second) => `${iso(second)} ERROR boom\n`).join('');
      const name = `s${String(file).padStart(3, '0')}.log`;
      writeFileSync(join(many, file % 2 ? `${name}.gz` : name), file % 2 ? gzipSync(lines) : lines);
    }
    const ran = await backtest('--logs', 'many', '--json');
    expect(ran.json().at(-1)).toMatchObject({ events: 300, matched: 300, alerts: 1 });
  });
});

describe('tocsin backtest --from-cloudwatch', () => {
  interface Asked {
    logGroupName: string;
    startTime: number;
    nextToken?: string;
  }
  let asked: Asked[];
  let server: Server;
  /** Answers a page, or breaks off. */
  let answer: (asked: Asked) => object | null;
  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const question = JSON.parse(Buffer.concat(chunks).toString()) as Asked;
        asked.push(question);
        const page = answer(question);
        response.writeHead(page === null ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(page ?? { __type: 'AccessDeniedException', message: 'not allowed' }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH_LOGS', `http://127.0.0.1:${port}`);
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const event = (id: number, timestamp: number) => {
    return { eventId: String(id), timestamp, message: '{"level":"ERROR"}', logStreamName: 's' };
  };

  it('reads page by page, keeps what it read, and goes on after an interruption where it stood', async () => {
    const now = Date.now();
    const at = (secondsAgo: number) => now - secondsAgo * 1000;
    const argv = ['--from-cloudwatch', '/app/api', '--since', '1h', '--json', '--cache', 'kept'];
    answer = ({ nextToken }) =>
      nextToken === undefined ? { events: [event(1, at(600)), event(2, at(590))], nextToken: 'b' } : null;
    const broken = await backtest(...argv);
    expect(broken).toMatchObject({ code: 3, out: '' });
    expect(broken.err).toBe('tocsin backtest: AWS refuses: not allowed (AccessDeniedException).\n');

    asked = [];
    answer = () => ({ events: [event(2, at(590)), event(3, at(580))] });
    const ran = await backtest(...argv);
    expect(ran.code).toBe(0);
    expect(asked).toMatchObject([{ logGroupName: '/app/api', startTime: at(590) }]);
    expect(ran.json().at(-1)).toMatchObject({ events: 3, matched: 3, alerts: 1 });
  });
});
