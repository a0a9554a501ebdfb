import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tocsin } from '../cli/tocsin.ts';
import { runLocal, type Said } from '../support/run-local.ts';

const DOCUMENT = `
version: 1
rules:
  - { id: errors, severity: critical, logGroups: ["/app/*"], match: { level: error }, groupBy: [$.service], when: { count: 4, within: 30s } }
  - { id: share, match: { level: error }, when: { ratio: "> 40%", within: 5m, atLeast: 10 } }
  - { id: slow, when: { value: $.ms, stat: p95, is: "> 900", within: 30s, atLeast: 10 } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
  - { name: oncall, email: [{ to: [oncall@example.com] }] }
route:
  receiver: ops
  groupWait: 10s
  groupInterval: 30s
  routes: [{ receiver: oncall, matchers: ['service="pay"'], groupBy: [service] }]
`;
const START = Date.UTC(2026, 10, 21, 2);
const SECONDS = 400;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-live-'));
  writeFileSync(join(folder, 'tocsin.yaml'), DOCUMENT);
  // Bursts of errors, each service in its own rhythm; one event a second, so that both clocks stand alike.
  const lines = Array.from({ length: SECONDS }, (_, second) => {
    const service = second % 3 === 0 ? 'pay' : 'orders';
    const isBurst = Math.floor(second / 50) % (service === 'pay' ? 3 : 4) === 1;
    const level = (isBurst && second % 5 < 3) || second % 97 === 0 ? 'error' : 'info';
    const ms = Math.floor(second / 130) % 2 === 1 ? 850 + ((second * 7) % 100) : (second * 13) % 500;
    return JSON.stringify({ time: new Date(START + second * 1000).toISOString(), level, service, ms });
  });
  writeFileSync(join(folder, 'shop.log'), `${lines.join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What was told, to whom and when, up to the last line: after it the live stack waits for nothing. */
function told(lines: readonly Record<string, unknown>[]): string[] {
  const end = new Date(START + SECONDS * 1000).toISOString();
  return lines
    .filter((line) => String(line.at) <= end)
    .map(({ at, receiver, status, groupLabels, alerts }) => {
      const said = (alerts as { status: string; labels: object; value: number }[]).map(
        ({ status: now, labels, value }) => JSON.stringify([now, Object.entries(labels).sort(), value]),
      );
      return [String(at).slice(0, 19), receiver, status, JSON.stringify(groupLabels), ...said.sort()].join(
        ' ',
      );
    })
    .sort();
}

describe('a backtest', () => {
  it('tells what the live stack tells of the same log, at the same time', async () => {
    const argv = ['tocsin.yaml', '--logs', '/app/shop=shop.log', '--once', '--log-time'];
    const live = await runLocal(argv, folder);
    expect(live.exit).toBe(0);
    const delivered = live.lines.filter(
      ({ type, outcome }: Said) => type === 'delivery' && outcome === 'delivered',
    );
    const played = await tocsin(folder, [
      'backtest',
      'tocsin.yaml',
      '--logs',
      'shop.log',
      '--log-group',
      '/app/shop',
      '--json',
    ]);
    const notified = played.json().filter(({ type }) => type === 'notification');
    expect(told(notified).length).toBeGreaterThan(8);
    expect(told(notified)).toEqual(told(delivered));
  });
});
