import { describe, expect, it } from 'vitest';
import { headKey } from '../../../shared/alerts/store.ts';
import { DispatcherAlone } from '../../support/dispatcher.ts';
import { configurationOf } from '../../support/document.ts';
import { transition } from './transition.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const RECEIVERS = `
version: 1
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
  - { name: oncall, email: [{ to: [oncall@example.com] }] }
  - { name: bin }
`;

describe('the route tree', () => {
  it('tells every route that a continue leads to, and no other', async () => {
    const dispatcher = new DispatcherAlone(`${RECEIVERS}
route:
  receiver: ops
  groupWait: 1s
  routes:
    - { receiver: oncall, matchers: ['severity="critical"', 'host=~"db.*"'], continue: true }
    - { receiver: ops, matchers: ['host=~"db1|web"'] }
    - { receiver: bin, matchers: ['host="web"'] }
`);
    for (const host of ['db1', 'db2', 'web', 'other']) await dispatcher.take(transition(host, 1, 'firing'));
    await dispatcher.advance(5 * SECOND);
    expect(dispatcher.lines().sort()).toEqual([
      '1 oncall firing db1,db2',
      '1 ops firing db1,web',
      '1 ops firing other',
    ]);
  });

  it('is gone past where the rule names its receiver', async () => {
    const dispatcher = new DispatcherAlone(`${RECEIVERS}route: { receiver: ops, groupWait: 1s }`);
    await dispatcher.take(transition('db1', 1, 'firing', { receiver: 'oncall' }));
    await dispatcher.advance(5 * SECOND);
    expect(dispatcher.lines()).toEqual(['1 oncall firing db1']);
  });
});

describe('routes that changed while an alert fired', () => {
  const DB1 = { rule: 'errors', host: 'db1' };
  const ROUTE = 'route: { receiver: ops, groupWait: 1s, groupInterval: 1m }';
  const changed = configurationOf(RECEIVERS + ROUTE.replace('ops', 'oncall'));

  it('leave its end to whoever heard of its beginning', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + ROUTE);
    await dispatcher.fire(DB1);
    await dispatcher.advance(5 * SECOND);
    dispatcher.configuration = changed;
    await dispatcher.resolve(DB1);
    await dispatcher.advance(5 * MINUTE);
    expect(dispatcher.lines()).toEqual(['1 ops firing db1', '61 ops resolved /db1']);
  });

  it('hear nothing of a beginning that comes again after its end', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + ROUTE);
    await dispatcher.fire(DB1);
    await dispatcher.advance(5 * SECOND);
    const [alert] = dispatcher.told[0]?.notification.alerts ?? [];
    if (alert === undefined) throw new Error('Nothing was told.');
    await dispatcher.resolve(DB1);
    await dispatcher.advance(5 * MINUTE);
    dispatcher.configuration = changed;
    const key = headKey(alert.ruleId, alert.fingerprint);
    await dispatcher.take(transition('db1', 1, 'firing', { key, alert }));
    await dispatcher.advance(5 * MINUTE);
    expect(dispatcher.lines()).toEqual(['1 ops firing db1', '61 ops resolved /db1']);
  });
});

describe('receivers that are renamed', () => {
  const DB1 = { rule: 'errors', host: 'db1' };
  const documentOf = (name: string, limit = '') => `
version: 1
receivers: [{ name: ${name}, email: [{ to: [ops@example.com] }]${limit} }]
route: { receiver: ${name}, groupWait: 10s, groupInterval: 1m }
`;

  it('hear of what waited for its group, and of its end', async () => {
    const dispatcher = new DispatcherAlone(documentOf('ops'));
    await dispatcher.fire(DB1);
    dispatcher.configuration = configurationOf(documentOf('oncall'));
    await dispatcher.advance(30 * SECOND);
    await dispatcher.resolve(DB1);
    await dispatcher.advance(5 * MINUTE);
    expect(dispatcher.lines()).toEqual(['10 oncall firing db1', '70 oncall resolved /db1']);
  });

  it('hear of the end of what they heard of under the name before', async () => {
    const dispatcher = new DispatcherAlone(documentOf('ops'));
    await dispatcher.fire(DB1);
    await dispatcher.advance(30 * SECOND);
    dispatcher.configuration = configurationOf(documentOf('oncall'));
    await dispatcher.resolve(DB1);
    await dispatcher.advance(5 * MINUTE);
    expect(dispatcher.lines()).toEqual(['10 ops firing db1', '70 oncall resolved /db1']);
  });

  it('hear of what a digest was to tell', async () => {
    const dispatcher = new DispatcherAlone(documentOf('ops', ', limit: 1/5m'));
    await dispatcher.fire(DB1);
    await dispatcher.advance(30 * SECOND);
    await dispatcher.fire({ rule: 'slow', host: 'db2' });
    await dispatcher.advance(30 * SECOND);
    dispatcher.configuration = configurationOf(documentOf('oncall', ', limit: 1/5m'));
    await dispatcher.advance(10 * MINUTE);
    expect(
      dispatcher.told.map(({ notification }) => [notification.receiver, notification.alerts.length]),
    ).toEqual([
      ['ops', 1],
      ['oncall', 1],
    ]);
  });
});

describe('transitions that come twice or in another order', () => {
  const DOCUMENT = `${RECEIVERS}route: { receiver: ops, groupWait: 10s, groupInterval: 1m }`;

  it('are told once', async () => {
    const dispatcher = new DispatcherAlone(DOCUMENT);
    const [firing, resolved] = [transition('db1', 1, 'firing'), transition('db1', 2, 'resolved')];
    await dispatcher.take(firing, firing, firing);
    await dispatcher.advance(15 * SECOND);
    await dispatcher.take(firing);
    await dispatcher.take(resolved, firing);
    await dispatcher.advance(5 * MINUTE);
    await dispatcher.take(firing, resolved);
    await dispatcher.advance(10 * MINUTE);
    expect(dispatcher.lines()).toEqual(['10 ops firing db1', '70 ops resolved /db1']);
  });

  it('tell what was over before its beginning came, once, as such', async () => {
    const dispatcher = new DispatcherAlone(DOCUMENT);
    await dispatcher.take(transition('db1', 2, 'resolved'));
    await dispatcher.take(transition('db1', 1, 'firing'));
    await dispatcher.advance(10 * MINUTE);
    await dispatcher.take(transition('db1', 1, 'firing'));
    await dispatcher.advance(10 * MINUTE);
    expect(dispatcher.lines()).toEqual(['10 ops firing /db1']);
  });
});

describe('timers of a group', () => {
  it('ring at groupWait, then every groupInterval, then at repeatInterval', async () => {
    const dispatcher = new DispatcherAlone(`${RECEIVERS}
route: { receiver: ops, groupWait: 30s, groupInterval: 5m, repeatInterval: 1h }
`);
    await dispatcher.take(transition('db1', 1, 'firing'));
    await dispatcher.advance(MINUTE);
    await dispatcher.take(transition('db2', 1, 'firing'));
    await dispatcher.advance(10 * MINUTE + HOUR);
    expect(dispatcher.lines()).toEqual([
      '30 ops firing db1',
      '330 ops firing db1,db2',
      '3930 ops firing db1,db2',
    ]);
    expect(dispatcher.reasons().at(-1)).toBe('repeat interval elapsed');
  });

  it('do nothing when they are stale, and wait again when they are early', async () => {
    const dispatcher = new DispatcherAlone(`${RECEIVERS}
route: { receiver: ops, groupWait: 30s, groupInterval: 5m }
`);
    await dispatcher.take(transition('db1', 1, 'firing'));
    const [head] = (await dispatcher.state.scan()).filter(({ sk }) => sk === 'head');
    const groupId = String(head?.pk).slice('group#'.length);
    await dispatcher.ring(
      { groupId, sequence: 1 },
      { groupId, sequence: 7 },
      { groupId: 'none', sequence: 1 },
    );
    expect(dispatcher.lines()).toEqual([]);
    await dispatcher.advance(31 * SECOND);
    await dispatcher.ring({ groupId, sequence: 1 }, { groupId, sequence: 1 });
    await dispatcher.advance(20 * MINUTE);
    expect(dispatcher.lines()).toEqual(['30 ops firing db1']);
  });
});

describe('receivers', () => {
  it('without channels are mutes: nobody is told, and that is recorded', async () => {
    const dispatcher = new DispatcherAlone(`${RECEIVERS}
route: { receiver: bin, groupWait: 1s, groupInterval: 1m }
`);
    await dispatcher.take(transition('db1', 1, 'firing'));
    await dispatcher.advance(2 * MINUTE);
    await dispatcher.take(transition('db1', 2, 'resolved'));
    await dispatcher.advance(2 * MINUTE);
    expect(dispatcher.lines()).toEqual([]);
    expect(
      dispatcher.happenings.filter((said) => said.type === 'flush' && said.result === 'withheld'),
    ).toEqual(
      ['first notification of the group', 'all alerts resolved'].map((reason) =>
        expect.objectContaining({ result: 'withheld', reason: `${reason}, but receiver bin is a mute` }),
      ),
    );
  });

  it('hear of the severities and ends that each channel wants', async () => {
    const dispatcher = new DispatcherAlone(`
version: 1
receivers:
  - name: ops
    email:
      - { to: [all@example.com] }
      - { to: [critical@example.com], severities: [critical] }
      - { to: [firing@example.com], sendResolved: false }
route: { receiver: ops, groupWait: 1s, groupInterval: 1m }
`);
    const mild = transition('db2', 1, 'firing');
    await dispatcher.take({ ...mild, alert: { ...mild.alert, severity: 'warning' } });
    await dispatcher.advance(5 * SECOND);
    const heard = (delivery: string) => dispatcher.told.filter((one) => one.delivery === delivery).length;
    const all = () => ['email#0', 'email#1', 'email#2'].map(heard);
    expect(all()).toEqual([1, 0, 1]);
    await dispatcher.take(transition('db1', 1, 'firing'));
    await dispatcher.advance(2 * MINUTE);
    expect(all()).toEqual([2, 1, 2]);
    await dispatcher.take(transition('db1', 2, 'resolved'), transition('db2', 2, 'resolved'));
    await dispatcher.advance(5 * MINUTE);
    expect(all()).toEqual([3, 2, 2]);
  });
});
