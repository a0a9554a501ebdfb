import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHandler } from '../../../functions/dispatcher/handler.ts';
import type { AlertMessage } from '../../../shared/alerts/messages.ts';
import { sampleAlert } from '../../channels/sample-notification.ts';
import { sqsEvent } from '../../support/events.ts';
import { HOUR, MINUTE, SECOND, startTestStack, type TestStack } from '../../support/stack.ts';

const TAIL = `
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
  - { name: oncall, email: [{ to: [oncall@example.com] }] }
  - { name: bin }
`;
const RULES = `
version: 1
rules:
  - { id: errors, match: ERROR, groupBy: { host: $.host }, when: { count: 1, within: 1m }, severity: critical }
`;

let stack: TestStack;
afterEach(async () => {
  vi.restoreAllMocks();
  await stack.stop();
});

const start = async (route: string, receivers = TAIL) => {
  stack = await startTestStack(`${RULES}${receivers}${route}`);
};

/** A transition as the matcher and the evaluator send it. */
function transition(
  host: string,
  seq: number,
  status: 'firing' | 'resolved',
  changes: Partial<AlertMessage> = {},
): AlertMessage {
  const startsAt = 1_000;
  const alert = sampleAlert({
    ruleId: 'errors',
    fingerprint: host,
    status,
    severity: 'critical',
    labels: { rule: 'errors', severity: 'critical', host },
    startsAt,
    endsAt: status === 'resolved' ? startsAt + MINUTE : null,
  });
  const key = { pk: `alert#errors#${host}`, sk: 'head' };
  return { version: 1, type: 'alert', key, seq, generation: 'g', receiver: null, alert, ...changes };
}

const take = async (...messages: unknown[]) => {
  await stack.send('alerts', messages);
  await stack.settle();
};
/** What left, in order: receiver, status, hosts. */
const told = () =>
  stack
    .said('delivery')
    .map(
      ({ receiver, status, alerts }) =>
        `${receiver} ${status} ${alerts.map(({ labels }) => labels.host).join()}`,
    );

describe('the route tree', () => {
  it('tells every route that a continue leads to, and no other', async () => {
    await start(`
route:
  receiver: ops
  groupWait: 1s
  routes:
    - { receiver: oncall, matchers: ['severity="critical"', 'host=~"db.*"'], continue: true }
    - { receiver: ops, matchers: ['host=~"db1|web"'] }
    - { receiver: bin, matchers: ['host="web"'] }
`);
    await take(transition('db1', 1, 'firing'), transition('db2', 1, 'firing'));
    await take(transition('web', 1, 'firing'), transition('other', 1, 'firing'));
    await stack.advance(5 * SECOND);
    expect(told().sort()).toEqual(['oncall firing db1,db2', 'ops firing db1,web', 'ops firing other']);
  });

  it('goes past the tree where the rule names its receiver', async () => {
    await start('route: { receiver: ops, groupWait: 1s }');
    await take(transition('db1', 1, 'firing', { receiver: 'oncall' }));
    await stack.advance(5 * SECOND);
    expect(told()).toEqual(['oncall firing db1']);
  });

  it('tells the end to whoever heard of the beginning, though routes changed meanwhile', async () => {
    await start('route: { receiver: ops, groupWait: 1s, groupInterval: 1m }');
    await take(transition('db1', 1, 'firing'));
    await stack.advance(5 * SECOND);
    await stack.apply(`${RULES}${TAIL}route: { receiver: oncall, groupWait: 1s }`);
    await take(transition('db1', 2, 'resolved'));
    await stack.advance(5 * MINUTE);
    expect(told()).toEqual(['ops firing db1', 'ops resolved db1']);
  });

  it('holds what has no route, and tells it once there is one', async () => {
    await start('');
    await stack.log(['{"host":"db1"} ERROR']);
    await stack.advance(10 * MINUTE);
    expect(stack.said('configuration')).toContainEqual(expect.objectContaining({ kind: 'route' }));
    expect(told()).toEqual([]);
    await stack.apply(`${RULES}${TAIL}route: { receiver: ops, groupWait: 1s }`);
    await stack.advance(2 * MINUTE);
    expect(told()).toEqual(['ops firing ']);
    expect(await stack.deadLetters('alerts')).toEqual([]);
  });
});

describe('transitions that come twice or in another order', () => {
  const ROUTE = 'route: { receiver: ops, groupWait: 10s, groupInterval: 1m }';

  it('are told once', async () => {
    await start(ROUTE);
    const firing = transition('db1', 1, 'firing');
    await take(firing, firing, firing);
    await stack.advance(15 * SECOND);
    await take(firing);
    await take(transition('db1', 2, 'resolved'), firing);
    await stack.advance(5 * MINUTE);
    await take(firing, transition('db1', 2, 'resolved'));
    await stack.advance(10 * MINUTE);
    expect(told()).toEqual(['ops firing db1', 'ops resolved db1']);
  });

  it('tell what was over before its beginning came, once, as such', async () => {
    await start(ROUTE);
    await take(transition('db1', 2, 'resolved'));
    await take(transition('db1', 1, 'firing'));
    await stack.advance(10 * MINUTE);
    await take(transition('db1', 1, 'firing'));
    await stack.advance(10 * MINUTE);
    expect(told()).toEqual(['ops firing db1']);
    const [{ alerts = [] } = {}] = stack.said('delivery');
    expect(alerts.map(({ status }) => status)).toEqual(['resolved']);
  });

  it('do not open a group anew by a beginning that is over, though routes changed meanwhile', async () => {
    await start('route: { receiver: ops, groupWait: 1s, groupInterval: 1m }');
    await stack.log(['ERROR']);
    await stack.advance(10 * MINUTE);
    expect(told()).toEqual(['ops firing ', 'ops resolved ']);
    const [episode] = (await stack.state.scan()).filter(
      ({ pk, sk }) => pk.startsWith('alert#') && sk === 'head',
    );
    const alert = {
      ...(episode?.alert as unknown as AlertMessage['alert']),
      status: 'firing' as const,
      endsAt: null,
    };
    await stack.apply(`${RULES}${TAIL}route: { receiver: oncall, groupWait: 1s, groupInterval: 1m }`);
    const key = { pk: String(episode?.pk), sk: 'head' };
    await take(transition('', 1, 'firing', { key, alert }));
    await stack.advance(10 * MINUTE);
    expect(told()).toEqual(['ops firing ', 'ops resolved ']);
  });
});

describe('timers of a group', () => {
  it('ring at groupWait, then every groupInterval, then at repeatInterval', async () => {
    await start('route: { receiver: ops, groupWait: 30s, groupInterval: 5m, repeatInterval: 1h }');
    const at = () => stack.said('delivery').map((delivery) => (delivery.at - begun) / SECOND);
    const begun = stack.clock.now();
    await take(transition('db1', 1, 'firing'));
    await stack.advance(MINUTE);
    await take(transition('db2', 1, 'firing'));
    await stack.advance(10 * MINUTE);
    expect(at()).toEqual([30, 330]);
    expect(told()).toEqual(['ops firing db1', 'ops firing db1,db2']);
    await stack.advance(HOUR);
    expect(at()).toEqual([30, 330, 330 + 3600]);
    const flushes = stack.said('flush').map(({ reason }) => reason);
    expect(flushes).toContain('repeat interval elapsed');
  });

  it('do nothing when they are stale, and wait again when they are early', async () => {
    await start('route: { receiver: ops, groupWait: 30s, groupInterval: 5m }');
    await take(transition('db1', 1, 'firing'));
    const [head] = (await stack.state.scan()).filter(
      ({ pk, sk }) => pk.startsWith('group#') && sk === 'head',
    );
    const groupId = String(head?.pk).slice('group#'.length);
    const timer = { version: 1, type: 'flush', groupId, at: stack.clock.now() };
    await take(
      { ...timer, sequence: 1 },
      { ...timer, sequence: 7 },
      { ...timer, groupId: 'none', sequence: 1 },
    );
    expect(told()).toEqual([]);
    await stack.advance(31 * SECOND);
    expect(told()).toEqual(['ops firing db1']);
    await take({ ...timer, sequence: 1 }, { ...timer, sequence: 1 });
    await stack.advance(20 * MINUTE);
    expect(told()).toEqual(['ops firing db1']);
  });

  it('are found again by the evaluator where their message was lost', async () => {
    await start('route: { receiver: ops, groupWait: 30s }');
    const lossy = createHandler(stack.environmentOf('dispatcher'), {
      ...stack.outside,
      aroundQueue: () => ({ send: async () => undefined }),
    });
    expect(await lossy(sqsEvent([transition('db1', 1, 'firing')]))).toEqual({ batchItemFailures: [] });
    await stack.advance(3 * MINUTE);
    expect(told()).toEqual(['ops firing db1']);
    expect(stack.said('recovered')).toHaveLength(1);
  });
});

describe('receivers', () => {
  const ROUTE = 'route: { receiver: ops, groupWait: 1s, groupInterval: 1m }';

  it('that do not exist are reported, and told once they do', async () => {
    await start('route: { receiver: ops, groupWait: 1s, groupInterval: 1m }');
    await stack.config.delete({ pk: 'receiver', sk: 'ops' });
    await stack.advance(30 * SECOND);
    await take(transition('db1', 1, 'firing'));
    await stack.advance(3 * MINUTE);
    expect(stack.said('flush').at(-1)).toMatchObject({
      result: 'withheld',
      reason: expect.stringContaining('there is no receiver ops'),
    });
    expect(stack.said('configuration')).toContainEqual(expect.objectContaining({ kind: 'route' }));
    await stack.config.put({ pk: 'receiver', sk: 'ops', name: 'ops', email: [{ to: ['new@example.com'] }] });
    await stack.advance(3 * MINUTE);
    expect(told()).toEqual(['ops firing db1']);
  });

  it('without channels are mutes: nobody is told, and that is recorded', async () => {
    await start('route: { receiver: bin, groupWait: 1s, groupInterval: 1m }');
    await take(transition('db1', 1, 'firing'));
    await stack.advance(2 * MINUTE);
    await take(transition('db1', 2, 'resolved'));
    await stack.advance(2 * MINUTE);
    expect(told()).toEqual([]);
    const flushes = stack.said('flush').filter(({ result }) => result === 'withheld');
    expect(flushes).toHaveLength(2);
    expect(flushes[0]?.reason).toContain('receiver bin is a mute');
  });

  it('may bear any name', async () => {
    const receivers = `
receivers: [{ name: "运维 ☎ ${'x'.repeat(190)}", email: [{ to: [ops@example.com] }] }]
`;
    await start(`route: { receiver: "运维 ☎ ${'x'.repeat(190)}", groupWait: 1s }`, receivers);
    await take(transition('db1', 1, 'firing'));
    await stack.advance(5 * SECOND);
    expect(stack.attempts()).toEqual(['email delivered']);
    for (const group of stack.fairQueueGroups()) expect(group).toMatch(/^[\x21-\x7e]{1,128}$/);
  });

  it('hear of the severities and ends that each channel wants', async () => {
    const receivers = `
receivers:
  - name: ops
    email:
      - { to: [all@example.com] }
      - { to: [critical@example.com], severities: [critical] }
      - { to: [firing@example.com], sendResolved: false }
`;
    await start(ROUTE, receivers);
    const mild = transition('db2', 1, 'firing');
    const alert = { ...mild.alert, severity: 'warning' as const };
    await take({ ...mild, alert });
    await stack.advance(5 * SECOND);
    const recipients = async () => (await stack.mails()).map(({ destination }) => destination.to[0]).sort();
    expect(await recipients()).toEqual(['all@example.com', 'firing@example.com']);
    await take(transition('db1', 1, 'firing'));
    await stack.advance(2 * MINUTE);
    expect((await recipients()).filter((to) => to === 'critical@example.com')).toHaveLength(1);
    await take(transition('db1', 2, 'resolved'), transition('db2', 2, 'resolved'));
    await stack.advance(5 * MINUTE);
    const all = await recipients();
    const count = (name: string) => all.filter((to) => to === `${name}@example.com`).length;
    expect([count('all'), count('critical'), count('firing')]).toEqual([3, 2, 2]);
  });
});

describe('a batch', () => {
  it('fails only for the messages that it does not understand', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await start('route: { receiver: ops, groupWait: 1s }');
    const dispatcher = createHandler(stack.environmentOf('dispatcher'), stack.outside);
    const answer = await dispatcher(sqsEvent(['{', { type: 'alert' }, transition('db1', 1, 'firing')]));
    expect(answer).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-1' }],
    });
    await stack.advance(5 * SECOND);
    expect(told()).toEqual(['ops firing db1']);
  });
});
