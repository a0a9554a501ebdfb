import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noteArrived, noteFailing } from '../../shared/deliveries/returned-mail.ts';
import { MINUTE, startTestStack, type TestStack } from '../support/stack.ts';
import { tocsin } from './tocsin.ts';

const DOCUMENT = `
version: 1
timeZone: Asia/Shanghai
rules:
  - id: errors
    title: Errors at the gate
    match: ERROR
    groupBy: { who: $.who }
    when: { count: 1, within: 1h }
    annotations: { summary: '{{ $value }} of {{ $labels.who }}', runbook: 'https://wiki.example.com/{{ $labels.who }}' }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
route: { receiver: ops, groupWait: 1s }
timeIntervals:
  - { name: nights, timeIntervals: [{ times: [{ startTime: "22:00", endTime: "24:00" }] }] }
`;

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack(DOCUMENT);
  await stack.log([
    JSON.stringify({ level: 'ERROR', who: 'a\u001b[31m' }),
    JSON.stringify({ level: 'ERROR', who: 'b' }),
  ]);
  await stack.advance(MINUTE);
});
afterAll(async () => stack.stop());

const run = (...argv: string[]) => tocsin('/', [...argv, '--local', stack.urls.console]);
const idOf = async (who: string) => {
  const alerts = (await run('alerts', '--json')).json();
  return String(alerts.find(({ labels }) => (labels as Record<string, string>).who === who)?.id);
};

describe('tocsin alerts', () => {
  it('lists what fires, for people and for machines', async () => {
    const { code, out } = await run('alerts');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^errors\/[0-9a-f]{16} {2}firing {2}error {2}since 2026-11-21 10:00:\d\d UTC\+8 {2}who="b"$/m,
    );
    expect(out).not.toContain('\u001b');
    const alerts = (await run('alerts', '--json')).json();
    expect(alerts.map(({ annotations }) => annotations)).toEqual(
      expect.arrayContaining([{ summary: '1 of b', runbook: 'https://wiki.example.com/b' }]),
    );
  });

  it('ends with the addresses that mails come back from', async () => {
    const event = { notificationId: 'n', delivery: 'email#0', messageId: 'm', at: stack.clock.now() };
    const addresses = ['ops@example.com'];
    const returned = { ...event, addresses, fate: 'lost' as const, reason: 'bounced: unknown user' };
    await noteFailing(stack.state, 'ops', returned);
    await noteFailing(stack.state, 'no longer there', returned);
    const says = 'receiver ops: ops@example.com cannot be reached: bounced: unknown user';
    expect((await run('alerts')).err).toBe(`tocsin alerts: ${says}\n`);
    const lines = (await run('alerts', '--json')).json();
    expect(lines.at(-1)).toMatchObject({ type: 'failing-address', receiver: 'ops', fate: 'lost' });
    await noteArrived(stack.state, 'ops', { ...returned, at: event.at + 1 });
    expect((await run('alerts', '--json')).json()).toHaveLength(2);
  });

  it('shows one by the start of its id', async () => {
    const id = await idOf('b');
    for (const word of [id, id.slice(0, 12), id.slice('errors/'.length, 14)]) {
      const { code, out } = await run('alerts', 'show', word);
      expect(code).toBe(0);
      expect(out).toContain('Errors at the gate');
      expect(out).toContain('  Runbook    https://wiki.example.com/b\n');
      expect(out).toMatch(/receiver {3}ops: told firing, looked at again 2026-11-21 10:0/);
    }
    expect((await run('alerts', 'show', id, '--json')).json()).toMatchObject([
      { type: 'alert', id, acknowledgement: null, startsAt: expect.stringMatching(/^2026-11-21T.*Z$/) },
    ]);
  });

  it('explains why one was told', async () => {
    const id = await idOf('b');
    const { code, out } = await run('alerts', 'explain', id);
    expect(code).toBe(0);
    expect(out).toContain('  ops, by route root, group rule="errors", since 2026-11-21 10:00');
    expect(out).toMatch(/ {4}2026-11-21 10:00:\d\d UTC\+8 {2}told firing: first notification of the group\n/);
    expect(out).toMatch(/ {6}decides again 2026-11-21 10:0/);
    expect((await run('alerts', 'explain', id, '--json')).json()).toMatchObject([
      { type: 'explanation', id, withheld: null, groups: [{ receiver: 'ops', told: 'firing' }] },
    ]);
  });

  it('answers no where there is none, and tells wrong usage from it', async () => {
    expect(await run('alerts', 'show', 'errors/ffff')).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no alert errors/ffff'),
    });
    expect((await run('alerts', 'show')).code).toBe(2);
    expect((await run('alerts', 'dance')).code).toBe(2);
    expect((await tocsin('/', ['alerts', '--local', 'http://127.0.0.1:9'])).code).toBe(3);
  });
});

describe('tocsin ack', () => {
  it('acknowledges one alert by name, for a time', async () => {
    const id = await idOf('b');
    const { code, out } = await run('ack', id, '--by', 'Ann', '--for', '2h');
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(`^${id} acknowledged by Ann until 20`),
    });
    const [alert] = (await run('alerts', 'show', id, '--json')).json();
    expect(alert?.acknowledgement).toMatchObject({ by: 'Ann' });
    expect((await run('alerts', 'show', id)).out).toContain('acknowledged by Ann (as claimed)');
  });

  it('does not guess which alert is meant', async () => {
    const { code, err } = await run('ack', 'errors');
    expect(code).toBe(1);
    expect(err).toContain('one was expected');
    const kept = (await stack.state.scan()).filter(({ sk }) => String(sk).startsWith('ack#'));
    expect(kept).toHaveLength(1);
  });

  it('acknowledges nothing that is unknown', async () => {
    expect((await run('ack', 'nothing')).code).toBe(1);
    expect((await run('ack')).code).toBe(2);
    expect((await run('ack', 'errors', '--for', 'soon')).code).toBe(2);
  });
});

describe('tocsin silence', () => {
  it('adds, lists and ends a silence', async () => {
    const { code, out } = await run(
      'silence',
      'add',
      'rule=errors',
      'who=~"a|b"',
      '--for',
      '2h',
      '--author',
      'Ann',
      '--comment',
      'deploy',
    );
    expect(code).toBe(0);
    expect(out).toMatch(
      /^[0-9a-f]{8} {2}active {3}rule="errors" who=~"a\|b" {2}from .* to .* UTC\+8 {2}Ann: deploy\n$/,
    );
    const id = out.slice(0, 8);
    expect((await run('silence', 'list')).out).toBe(out);
    expect((await run('silence', 'list', '--json')).json()).toMatchObject([
      { type: 'silence', state: 'active', id, author: 'Ann' },
    ]);
    expect((await run('silence', 'expire', id)).out).toBe(`silence ${id} has ended\n`);
    expect((await run('silence', 'list')).out).toContain('no silences');
    expect((await run('silence', 'list', '--all')).out).toContain('expired');
  });

  it('takes times in the zone of the document, or in their own', async () => {
    const add = (from: string, to: string) =>
      run('silence', 'add', 'rule=errors', '--from', from, '--to', to, '--json');
    for (const [from, to] of [
      ['2036-12-24T03:00', '2036-12-24T05:00'],
      ['2036-12-24 03:00+08:00', '2036-12-24T05:00:00+0800'],
      ['2036-12-23T19:00Z', '2036-12-23T21:00Z'],
    ] as const)
      expect((await add(from, to)).json()).toMatchObject([
        { state: 'pending', startsAt: '2036-12-23T19:00:00.000Z', endsAt: '2036-12-23T21:00:00.000Z' },
      ]);
  });

  it('recurs during a time interval of the document', async () => {
    const added = await run('silence', 'add', 'rule=errors', '--during', 'nights', '--json');
    expect(added.json()).toMatchObject([{ endsAt: null, recurs: { interval: 'nights' } }]);
    expect(await run('silence', 'add', 'rule=errors', '--during', 'days')).toMatchObject({ code: 1 });
  });

  it('refuses what cannot be, in one sentence', async () => {
    expect(await run('silence', 'add', 'rule=~".*"', '--for', '1h')).toMatchObject({
      code: 1,
      err: expect.stringContaining('does not match an empty label'),
    });
    for (const argv of [
      [],
      ['add'],
      ['add', 'rule=errors'],
      ['add', 'nonsense', '--for', '1h'],
      ['add', 'rule=a', '--for', '1h', '--to', '2036-01-01'],
      ['add', 'rule=a', '--to', 'tomorrow'],
      ['expire'],
    ])
      expect((await run('silence', ...argv)).code).toBe(2);
    expect((await run('silence', 'expire', 'none')).code).toBe(1);
  });
});
