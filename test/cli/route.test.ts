import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE, startTestStack } from '../support/stack.ts';
import { tocsin } from './tocsin.ts';

const DOCUMENT = `version: 1
timeZone: Asia/Shanghai
rules:
  - { id: order-errors, match: ERROR, groupBy: { service: $.service }, severity: critical, labels: { team: payments }, when: { count: 1, within: 1h } }
  - { id: quiet, match: ERROR, action: record }
  - { id: db-down, title: Database down, match: DOWN, severity: critical, receiver: oncall, when: { count: 1, within: 1h } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com], severities: [critical, error] }] }
  - { name: oncall, email: [{ to: [oncall@example.com] }] }
  - { name: bin }
route:
  receiver: ops
  routes:
    - { receiver: oncall, matchers: ['severity="critical"'], muteTimeIntervals: [nights], groupBy: [service], escalate: [{ after: 15m, receiver: ops }], continue: true }
    - { receiver: ops, matchers: ['team=~"pay.*"'], groupWait: 1m }
    - { receiver: bin, matchers: ['team="noise"'] }
inhibitRules:
  - { name: database, sourceMatchers: ['rule="db-down"'], targetMatchers: ['team="payments"'] }
timeIntervals:
  - { name: nights, timeIntervals: [{ times: [{ startTime: "00:00", endTime: "06:00" }], location: Asia/Shanghai }] }
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-route-'));
  writeFileSync(join(folder, 'tocsin.yaml'), DOCUMENT);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const route = (...argv: string[]) => tocsin(folder, ['route', ...argv]);
const DAY = ['--at', '2026-12-24T10:00', 'rule=order-errors', 'service=order', 'tocsin.yaml'];

/** `receiver: told` or why not, of each route. */
async function verdicts(...argv: string[]): Promise<string[]> {
  const lines = (await route(...argv, '--json')).json();
  return lines
    .filter(({ type }) => type === 'route')
    .map(({ receiver, reason }) => `${receiver}: ${reason ?? 'told'}`);
}

describe('tocsin route', () => {
  it('fills in what the rule gives, and follows the tree', async () => {
    const { code, out } = await route(...DAY);
    expect(code).toBe(0);
    expect(
      out,
    ).toBe(`2026-12-24 10:00:00 UTC+8  team="payments" severity="critical" rule="order-errors" service="order"
oncall: told by email
  route      root > severity="critical"
  group      service="order"
  timing     first after 30s, changes each 5m, repeated after 4h
  escalates  to ops after 15m without acknowledgement
ops: told by email
  route      root > team=~"pay.*"
  group      rule="order-errors"
  timing     first after 1m, changes each 5m, repeated after 4h
`);
  });

  it('says what keeps it quiet at that time', async () => {
    expect(await verdicts('--at', '2026-12-24T03:00', ...DAY.slice(2))).toEqual([
      'oncall: muted by time interval nights',
      'ops: told',
    ]);
    expect(await verdicts('--at', '2026-12-23T19:00Z', ...DAY.slice(2))).toContain(
      'oncall: muted by time interval nights',
    );
    expect(await verdicts(...DAY, '--firing', 'rule=db-down')).toEqual([
      'oncall: inhibited by Database down (rule db-down), inhibit rule database',
      'ops: inhibited by Database down (rule db-down), inhibit rule database',
    ]);
  });

  it('says where nobody would be told, and answers no', async () => {
    const asked = (label: string) => route(label, 'tocsin.yaml');
    expect(await asked('rule=quiet')).toMatchObject({
      code: 1,
      out: expect.stringContaining('not told: rule quiet only records'),
    });
    expect(await asked('team=noise')).toMatchObject({
      code: 1,
      out: expect.stringContaining('not told: receiver bin is a mute'),
    });
    expect(await asked('severity=info')).toMatchObject({
      code: 1,
      out: expect.stringContaining('no channel of receiver ops takes this severity'),
    });
  });

  it('names a rule that there is not, and routes by the labels all the same', async () => {
    expect(await route('rule=order-error', 'tocsin.yaml')).toMatchObject({
      err: 'tocsin route: there is no rule order-error, is order-errors meant?\n',
      out: expect.stringContaining('rule="order-error"'),
    });
    expect(await verdicts('team=payments', 'tocsin.yaml', '--firing', 'rule=db-down')).toContain(
      'ops: inhibited by Database down (rule db-down), inhibit rule database',
    );
  });

  it('knows a rule that goes past the tree', async () => {
    const { out } = await route('rule=db-down', 'tocsin.yaml');
    expect(out).toContain("oncall: told by email\n  route      the rule's own receiver\n");
  });

  it('gives the same to machines', async () => {
    expect((await route(...DAY, '--json')).json()).toMatchObject([
      {
        type: 'route',
        at: '2026-12-24T02:00:00.000Z',
        receiver: 'oncall',
        channels: ['email'],
        reason: null,
        groupLabels: { service: 'order' },
      },
      { type: 'route', receiver: 'ops' },
      { type: 'summary', receivers: ['oncall', 'ops'] },
    ]);
  });

  it('tells wrong usage from a document that is wrong', async () => {
    for (const argv of [
      [],
      ['tocsin.yaml'],
      ['a=b', 'tocsin.yaml', 'other.yaml'],
      ['=b', 'tocsin.yaml'],
      ['a=b', 'missing.yaml'],
      ['a=b', 'tocsin.yaml', '--at', 'noon'],
    ])
      expect((await route(...argv)).code).toBe(2);
    writeFileSync(join(folder, 'wrong.yaml'), 'version: 1\nrules: 7\n');
    expect((await route('a=b', 'wrong.yaml')).code).toBe(1);
  });

  it('asks a place: what is in force there, its silences, and what fires', async () => {
    const stack = await startTestStack(DOCUMENT);
    await stack.log(['nothing that matches']);
    const asked = () =>
      verdicts(
        '--at',
        '2026-12-24T10:00',
        'rule=order-errors',
        'service=order',
        '--local',
        stack.urls.console,
      );
    expect(await asked()).toEqual(['oncall: told', 'ops: told']);
    await tocsin(folder, [
      'silence',
      'add',
      'service=order',
      '--from',
      '2026-12-24T09:00',
      '--for',
      '2h',
      '--author',
      'Ann',
      '--comment',
      'x',
      '--local',
      stack.urls.console,
    ]);
    expect(await asked()).toEqual([
      expect.stringMatching(/^oncall: silenced by .*Ann/),
      expect.stringMatching(/^ops: silenced/),
    ]);
    await stack.log(['DOWN']);
    await stack.advance(MINUTE);
    expect(await asked()).toEqual([
      expect.stringMatching(/^oncall: inhibited by Database down/),
      expect.stringMatching(/^ops: inhibited/),
    ]);
    await stack.stop();
  });
});
