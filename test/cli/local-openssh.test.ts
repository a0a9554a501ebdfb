import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recogniseTimestamp } from '../../shared/logs/timestamps.ts';
import { loghubFile } from '../support/loghub.ts';
import { runLocal, type Said } from '../support/run-local.ts';

const LOG = loghubFile('OpenSSH_2k.log');
const THRESHOLD = 15;
const WITHIN_MS = 300_000;
const SLICE_MS = 5_000;
const DOCUMENT = `
version: 1
rules:
  - id: failed-logins
    match: { regex: 'Failed password for .* from (?P<address>\\S+) port' }
    groupBy: [address]
    when: { count: ">= ${THRESHOLD}", within: 5m }
receivers:
  - { name: ops, feishu: [{ webhook: secret:bot, secret: secret:sign }], email: [{ to: [ops@example.com] }] }
route: { receiver: ops, groupBy: ['...'], groupWait: 1s, groupInterval: 15m }
`;

interface Delivery extends Said {
  channel: string;
  status: string;
  outcome: string;
  alerts: { labels: Record<string, string>; value: number }[];
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-openssh-'));
  writeFileSync(join(folder, 'tocsin.yaml'), DOCUMENT);
});
afterAll(() => rmSync(folder, { recursive: true }));

const deliveries = (lines: readonly Said[]) => lines.filter(({ type }) => type === 'delivery') as Delivery[];

/** Who was told of by a channel: address and status, in order of the address. */
const told = (lines: readonly Said[], channel: string) =>
  deliveries(lines)
    .filter((delivery) => delivery.outcome === 'delivered' && delivery.channel === channel)
    .flatMap(({ status, alerts }) => alerts.map(({ labels }) => `${labels.address} ${status}`))
    .sort();

/** The times of failed logins by address, found without the product. */
function attempts(log: string): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const address = /Failed password for .* from (\S+) port/.exec(line)?.[1];
    if (address === undefined) continue;
    const at = recogniseTimestamp(line, Date.now())?.timestamp ?? Number.NaN;
    found.set(address, [...(found.get(address) ?? []), at]);
  }
  return found;
}

const largest = (times: readonly number[], withinMs: number) =>
  Math.max(...times.map((end) => times.filter((time) => time <= end && time > end - withinMs).length));

describe.skipIf(LOG === null)('tocsin local on a real OpenSSH log', () => {
  const log = LOG ?? '';
  const logTime = ['tocsin.yaml', '--logs', `ssh=${log}`, '--once', '--log-time'];

  it('tells of each attacking address over the threshold, once to the inbox and once to Feishu', async () => {
    const expected = [...attempts(log)].filter(([, times]) => times.length >= THRESHOLD);
    const seen: Promise<unknown>[] = [];
    let urls: Record<string, string> = {};
    const { exit, lines, stderr } = await runLocal(
      ['tocsin.yaml', '--logs', log, '--once'],
      folder,
      (line) => {
        if (line.type === 'ready') urls = line.urls as typeof urls;
        if (line.outcome !== 'delivered') return;
        const [inbox, feishu] = [`${urls.inbox}/store`, `${urls.feishu}/api/messages`];
        seen.push(Promise.all([inbox, feishu].map(async (url) => (await fetch(url)).json())));
      },
    );
    expect([exit, stderr]).toEqual([0, '']);
    expect(expected.length).toBeGreaterThan(4);
    const firing = expected.map(([address]) => `${address} firing`).sort();
    expect(told(lines, 'email')).toEqual(firing);
    expect(told(lines, 'feishu')).toEqual(firing);
    for (const { alerts, outcome } of deliveries(lines)) {
      if (outcome !== 'delivered') continue;
      expect(alerts).toHaveLength(1);
      const [{ labels = {}, value = 0 } = {}] = alerts;
      expect(value).toBe(attempts(log).get(labels.address ?? '')?.length);
    }
    const total = [...attempts(log).values()].reduce((sum, times) => sum + times.length, 0);
    expect(lines.at(-1)).toEqual({
      type: 'summary',
      events: 2000,
      matched: total,
      alerts: firing.length,
      notifications: firing.length,
    });
    const [{ emails }, { messages }] = (await Promise.all(seen)).at(-1) as [
      { emails: unknown[] },
      { messages: unknown[] },
    ];
    expect([emails.length, messages.length]).toEqual([firing.length, firing.length]);
  });

  it('judges by the time in the lines with --log-time, and tells the ends', async () => {
    const { exit, lines } = await runLocal(logTime, folder);
    expect(exit).toBe(0);
    const surely = [...attempts(log)].filter(([, times]) => largest(times, WITHIN_MS) >= THRESHOLD);
    const perhaps = [...attempts(log)].filter(
      ([, times]) => largest(times, WITHIN_MS + SLICE_MS) >= THRESHOLD,
    );
    const addresses = new Set(told(lines, 'email').map((text) => text.split(' ')[0]));
    expect(surely.length).toBeGreaterThan(2);
    for (const [address] of surely) expect(addresses).toContain(address);
    for (const address of addresses) expect(perhaps.map(([known]) => known)).toContain(address);
    expect(told(lines, 'email')).toEqual(told(lines, 'feishu'));
    const count = (status: string) => told(lines, 'email').filter((text) => text.endsWith(status)).length;
    expect(count('firing')).toBeGreaterThanOrEqual(addresses.size);
    expect(count('resolved')).toBeGreaterThan(0);
    const times = deliveries(lines).map(({ at }) => String(at));
    expect(times).toEqual([...times].sort());
  });
});
