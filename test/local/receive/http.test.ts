import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PrometheusMetrics } from '../../../infra/local/metrics.ts';
import { type ReceivedEvent, startHttpIntake } from '../../../infra/local/receive/http.ts';
import { readRecords } from '../../../infra/local/receive/records.ts';

type Taken = { logGroup: string; logStream: string; events: readonly ReceivedEvent[] };

let taken: Taken[];
let accept: () => Promise<boolean>;
let metrics: PrometheusMetrics;
let intake: Awaited<ReturnType<typeof startHttpIntake>>;

beforeEach(async () => {
  taken = [];
  accept = async () => true;
  metrics = new PrometheusMetrics();
  intake = await startHttpIntake({
    host: '127.0.0.1',
    port: 0,
    clock: () => 1_000,
    failed: (error) => {
      throw error;
    },
    metrics: () => metrics.text({ rssBytes: 42, heapUsedBytes: 7, cpuSeconds: 1.5 }),
    take: async (origin, events) => {
      taken.push({ ...origin, events });
      return await accept();
    },
  });
});

afterEach(() => intake.stop());

const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  fetch(`${intake.url}${path}`, { method: 'POST', body, headers });
const messages = () => taken.flatMap(({ events }) => events.map(({ message }) => message));
const times = () => taken.flatMap(({ events }) => events.map(({ timestamp }) => timestamp));
const ids = () => taken.flatMap(({ events }) => events.map(({ id }) => id));

describe('lines and records', () => {
  it('are taken as they are, under the log group that the request names', async () => {
    const response = await post(
      '/ingest?group=/app/api&stream=one',
      'plain ERROR\n{"level":"ERROR","message":"m"}\n\n',
    );
    expect(response.status).toBe(204);
    expect(taken).toMatchObject([{ logGroup: '/app/api', logStream: 'one' }]);
    expect(messages()).toEqual(['plain ERROR', '{"level":"ERROR","message":"m"}']);
    expect(new Set(ids()).size).toBe(2);
  });

  it('of the form of a backtest name their group, time and id: a copy is known by it', async () => {
    const record = {
      timestamp: '2026-11-21T02:00:00Z',
      message: 'ERROR',
      logGroup: '/a',
      logStream: 's',
      id: '7',
    };
    for (let copy = 0; copy < 2; copy += 1) await post('/ingest', JSON.stringify(record));
    expect(taken).toMatchObject([{ logGroup: '/a', logStream: 's' }, { logGroup: '/a' }]);
    expect(times()).toEqual([Date.UTC(2026, 10, 21, 2), Date.UTC(2026, 10, 21, 2)]);
    expect(ids()[0]).toBe(ids()[1]);
  });

  it('of one time are in the order of the ids that their sender gave them, each within its stream', async () => {
    const given = ['7', 'a', 'a-2', '01JD', `${'x'.repeat(70)}1`, `${'x'.repeat(70)}2`].sort();
    const record = (id: string, logStream: string) =>
      JSON.stringify({ timestamp: 1, message: 'm', id, logStream });
    await post('/ingest', [...given, 'a'].map((id) => record(id, 's')).join('\n'));
    await post('/ingest', record('a', 'another'));
    const made = ids().slice(0, given.length);
    expect(made).toEqual([...made].sort());
    expect(new Set(ids()).size).toBe(given.length + 1);
  });

  it('may be packed', async () => {
    const response = await post('/ingest', gzipSync('ERROR packed\n'), { 'content-encoding': 'gzip' });
    expect([response.status, ...messages()]).toEqual([204, 'ERROR packed']);
  });
});

describe('a record that is its own message', () => {
  const deep = `{"level":"ERROR","a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
  const long = '{"id":  12345678901234567890, "s":"],{\\\\\\"["}';

  it('stays as it was written: every digit of it, and however deep it is', () => {
    for (const sender of ['tocsin', 'fluent-bit', 'vector'] as const) {
      for (const body of [`${deep}\n${long}\n`, `[ ${deep},${long}\n]`]) {
        expect(readRecords(body, sender).map(({ message }) => message)).toEqual([deep, long]);
      }
    }
    const [bulk] = readRecords(`{"create":{}}\n${long}\n`, 'elasticsearch');
    expect(bulk?.message).toBe(long);
  });

  it('is found in any array', () => {
    const member = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 });
    fc.assert(
      fc.property(fc.array(member), fc.nat(2), (members, indent) => {
        const received = readRecords(JSON.stringify(members, null, indent), 'vector');
        for (const [index, { message }] of received.entries())
          if (typeof members[index]?.message !== 'string')
            expect(JSON.parse(message)).toEqual(JSON.parse(JSON.stringify(members[index])));
      }),
    );
  });
});

describe('senders', () => {
  it('Fluent Bit: a JSON array with its time in seconds', async () => {
    await post(
      '/fluent-bit?group=/k8s',
      JSON.stringify([
        { date: 1795226400.5, log: 'ERROR one\n' },
        { date: 1795226401, level: 'error' },
      ]),
    );
    expect(messages()).toEqual(['ERROR one', '{"date":1795226401,"level":"error"}']);
    expect(times()).toEqual([1795226400500, 1795226401000]);
  });

  it('Vector: lines of JSON with the file that they come from', async () => {
    await post(
      '/vector?group=/app',
      '{"file":"/var/log/a.log","message":"ERROR","timestamp":"2026-11-21T02:00:00Z"}\n',
    );
    expect(taken).toMatchObject([
      { logGroup: '/app', logStream: '/var/log/a.log', events: [{ message: 'ERROR' }] },
    ]);
  });

  it('Filebeat: asks whom it talks to, then sends in bulk and reads what became of it', async () => {
    const hello = await fetch(intake.url);
    expect(hello.headers.get('x-elastic-product')).toBe('Elasticsearch');
    expect(await hello.json()).toMatchObject({ version: { number: '8.0.0' } });
    const document = {
      '@timestamp': '2026-11-21T02:00:00.000Z',
      message: 'ERROR',
      log: { file: { path: '/a.log' } },
    };
    const body = `${JSON.stringify({ create: { _index: 'filebeat' } })}\n${JSON.stringify(document)}\n`;
    const response = await post('/_bulk?group=/host', body.repeat(2), {
      'content-type': 'application/x-ndjson',
    });
    expect(await response.json()).toMatchObject({ errors: false, items: [{ create: { status: 201 } }, {}] });
    expect(taken).toMatchObject([{ logGroup: '/host', logStream: '/a.log' }]);
    expect(messages()).toEqual(['ERROR', 'ERROR']);
  });
});

describe('what is refused', () => {
  it('is named, and nothing of it is taken', async () => {
    const answers = [
      await post('/ingest', '[not json'),
      await post('/_bulk', '{"delete":{}}\n{"a":1}\n'),
      await post('/elsewhere', 'x'),
      await fetch(`${intake.url}/ingest`, { method: 'DELETE' }),
      await post('/ingest', gzipSync(Buffer.alloc(17 * 1024 * 1024)), { 'content-encoding': 'gzip' }),
      await post('/ingest', 'no gzip', { 'content-encoding': 'gzip' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 404, 405, 413, 400]);
    expect(taken).toEqual([]);
  });

  it('is whatever a web page sends', async () => {
    const response = await post('/ingest', 'ERROR', { origin: 'https://evil.example.com' });
    expect([response.status, taken]).toEqual([403, []]);
  });

  it('comes again where it could not be taken', async () => {
    accept = async () => false;
    expect((await post('/ingest', 'ERROR')).status).toBe(503);
  });
});

/** Sends what is given and nothing more; resolves once the other end has it. */
function begun(text: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(intake.url).port), '127.0.0.1', () =>
      socket.write(text, () => resolve(socket)),
    );
    socket.once('error', reject);
  });
}

describe('addresses that are none', () => {
  it.each(['//', 'http://[', '/\\'])('%s is refused, and nothing to report', async (path) => {
    const socket = await begun(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`);
    const answer = await new Promise<string>((resolve) =>
      socket.once('data', (bytes) => resolve(bytes.toString('latin1'))),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
  });
});

describe('too much at once', () => {
  const HEAD = 'POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n';

  it('is not who sends slowly, and one that goes away is nothing to report', async () => {
    const slow = await Promise.all(Array.from({ length: 20 }, () => begun(`${HEAD}ERROR`)));
    expect((await post('/ingest', 'ERROR')).status).toBe(204);
    const gone = slow.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of slow) socket.resetAndDestroy();
    await Promise.all(gone);
    expect((await post('/ingest', 'ERROR')).status).toBe(204);
    expect(messages()).toEqual(['ERROR', 'ERROR']);
  });

  it('waits: a request is answered when its events are taken, and too many are told to come again', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    accept = async () => {
      await gate;
      return true;
    };
    const all = Array.from({ length: 9 }, () => post('/ingest', 'ERROR'));
    const first = await Promise.race(all);
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '1']);
    release();
    const statuses = (await Promise.all(all)).map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(8).fill(204), 429]);
  });
});

describe('metrics', () => {
  it('are told in the words of Prometheus', async () => {
    metrics.add({ type: 'events', logGroup: '/a', logStream: 's', events: 7, matched: 2, lagMs: 5 });
    const delivery = {
      type: 'delivery',
      id: 'n',
      at: 1,
      receiver: 'ops',
      status: 'firing',
      groupLabels: {},
    } as const;
    metrics.add({
      ...delivery,
      channel: 'feishu',
      outcome: 'delivered',
      reason: null,
      lagMs: 1_500,
      alerts: [],
    });
    const response = await fetch(`${intake.url}/metrics`);
    expect(response.headers.get('content-type')).toContain('version=0.0.4');
    const lines = (await response.text()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'tocsin_events_total 7',
        'tocsin_matches_total 2',
        'tocsin_deliveries_total{channel="feishu",outcome="delivered"} 1',
        'tocsin_delivery_lag_seconds_sum 1.5',
        'process_resident_memory_bytes 42',
      ]),
    );
    for (const line of lines.filter((each) => each !== ''))
      expect(line).toMatch(/^(# (HELP|TYPE) \S+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [\d.]+)$/);
  });
});
