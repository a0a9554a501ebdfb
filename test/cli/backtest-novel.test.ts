import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tocsin } from './tocsin.ts';

const START = Date.UTC(2026, 10, 21, 2);
const MINUTE = 60;
const HOUR = 3_600;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-novel-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const iso = (seconds: number) => new Date(START + seconds * 1000).toISOString();

/** What a rule tells of messages, by seconds after the start. */
async function told(rule: string, messages: [number, string][]) {
  writeFileSync(
    join(folder, 'tocsin.yaml'),
    `version: 1
rules:
  - ${rule}
receivers: [{ name: ops, email: [{ to: [ops@example.com] }] }]
route: { receiver: ops, groupBy: ['...'], groupWait: 0s, groupInterval: 1m }
`,
  );
  const lines = messages.map(([seconds, message], id) =>
    JSON.stringify({
      timestamp: START + seconds * 1000,
      message,
      logGroup: '/app/a',
      logStream: 's',
      id: String(id),
    }),
  );
  writeFileSync(join(folder, 'logs.ndjson'), `${lines.join('\n')}\n`);
  const ran = await tocsin(folder, ['backtest', 'tocsin.yaml', '--json', '--logs', 'logs.ndjson']);
  expect(ran.err).toBe('');
  return ran
    .json()
    .filter(({ type }) => type === 'notification')
    .map(({ at, status, alerts }) => ({ at, status, alerts }));
}

describe('tocsin backtest of novel', () => {
  it('tells each new kind of message once, after learning, and its end five minutes later', async () => {
    const found = await told('{ id: shapes, when: { novel: template, learn: 1h } }', [
      [0, 'Order 1 paid by card in 20 ms'],
      [10, 'Cache of 12 entries refreshed'],
      [2 * HOUR, 'Order 77 paid by card in 31 ms'],
      [2 * HOUR + 10, 'Payment gateway 10.0.0.7 answered 502'],
      [2 * HOUR + 20, 'Payment gateway 10.0.0.9 answered 502'],
      [3 * HOUR, 'Cache of 9 entries refreshed'],
      [4 * HOUR, 'Payment gateway 10.0.0.8 answered 502'],
    ]);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatchObject({ at: iso(2 * HOUR + 10), status: 'firing' });
    expect(JSON.stringify(found[0])).toContain('"template":"Payment gateway <*> answered <*>"');
    expect(found[1]).toMatchObject({ status: 'resolved' });
    expect(JSON.stringify(found[1])).toContain(iso(2 * HOUR + 10 + 5 * MINUTE));
  });

  it('tells each new value of a field, by group, and again once it was forgotten', async () => {
    const code = (service: string, value: unknown) => JSON.stringify({ service, code: value });
    const when = '{ novel: $.code, learn: 0s, forget: 2h }';
    const found = await told(
      `{ id: codes, groupBy: [$.service], redact: ['secret\\d+'], keepFiring: 1m, when: ${when} }`,
      [
        [0, code('pay', 'E1')],
        [10, code('ship', 'E1')],
        [20, code('pay', 'E1')],
        [30, JSON.stringify({ service: 'pay' })],
        [HOUR, code('pay', 'E1')],
        [2 * HOUR, code('pay', 'secret42')],
        [2 * HOUR + 30 * MINUTE, code('ship', 'E1')],
      ],
    );
    const firing = found.filter(({ status }) => status === 'firing');
    const labels = firing.map(({ alerts }) => (alerts as { labels: unknown }[]).map((alert) => alert.labels));
    expect(labels).toMatchObject([
      [{ service: 'pay', value: 'E1' }],
      [{ service: 'ship', value: 'E1' }],
      [{ service: 'pay', value: '[redacted]' }],
      [{ service: 'ship', value: 'E1' }],
    ]);
  });

  it('takes the words of a JSON message for its kind, whatever else the object holds', async () => {
    const line = (msg: string, user: string) => JSON.stringify({ level: 'info', time: 1, user, msg });
    const found = await told('{ id: shapes, when: { novel: template, learn: 1m } }', [
      [0, line('order created', 'alice')],
      [2 * MINUTE, line('order created', 'bob')],
      [3 * MINUTE, line('order failed', 'carol')],
    ]);
    expect(found.filter(({ status }) => status === 'firing')).toHaveLength(1);
    expect(JSON.stringify(found[0])).toContain('"template":"order failed"');
  });
});
