import { describe, expect, it } from 'vitest';
import { acknowledge } from '../../../shared/alerts/acknowledgement.ts';
import { explain } from '../../../shared/routing/explain.ts';
import { DispatcherAlone } from '../../support/dispatcher.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const RECEIVERS = `
version: 1
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
  - { name: oncall, email: [{ to: [oncall@example.com] }] }
  - { name: boss, email: [{ to: [boss@example.com] }] }
`;
const ROUTE = 'route: { receiver: ops, groupWait: 10s, groupInterval: 1m, repeatInterval: 1h }';
const DB1 = { rule: 'errors', host: 'db1' };
const DB2 = { rule: 'errors', host: 'db2' };

const acknowledged = async (dispatcher: DispatcherAlone, labels: typeof DB1, forMs: number | null = null) => {
  const until = forMs === null ? null : dispatcher.now + forMs;
  await acknowledge(dispatcher.state, await dispatcher.nameOf(labels), { by: 'Wei', until }, dispatcher.now);
};

describe('an acknowledged alert', () => {
  it('is not repeated until its time passes; who and when is shown', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + ROUTE);
    await dispatcher.fire(DB1);
    await dispatcher.advance(MINUTE);
    const at = dispatcher.now;
    await acknowledged(dispatcher, DB1, 2 * HOUR);
    await dispatcher.advance(90 * MINUTE);
    expect(dispatcher.lines()).toEqual(['10 ops firing db1']);
    expect(dispatcher.happenings).toContainEqual(
      expect.objectContaining({
        reason: 'the repeat interval elapsed, but everything that fires is acknowledged',
      }),
    );
    await dispatcher.fire(DB2);
    await dispatcher.advance(MINUTE);
    expect(dispatcher.lines().slice(1)).toEqual(['5470 ops firing db1,db2']);
    const [db1, db2] = dispatcher.told[1]?.notification.alerts ?? [];
    expect([db1?.acknowledged, db2?.acknowledged]).toEqual([
      { by: 'Wei', at, until: at + 2 * HOUR },
      undefined,
    ]);
    await acknowledged(dispatcher, DB2);
    await dispatcher.advance(3 * HOUR);
    expect(dispatcher.lines().slice(2)).toEqual([
      '9070 ops firing db1,db2',
      '12670 ops firing db1,db2',
      '16270 ops firing db1,db2',
    ]);
    await dispatcher.resolve(DB2);
    await dispatcher.advance(MINUTE);
    expect(dispatcher.told.at(-1)?.notification.alerts.map(({ acknowledged }) => acknowledged?.by)).toEqual([
      undefined,
      'Wei',
    ]);
  });

  it('is told again when it gets worse, and repeated from then on', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + ROUTE);
    await dispatcher.fire(DB1);
    await dispatcher.advance(MINUTE);
    await acknowledged(dispatcher, DB1);
    await dispatcher.fire({ ...DB1, severity: 'critical' });
    await dispatcher.advance(2 * HOUR);
    expect(dispatcher.lines()).toEqual(['10 ops firing db1', '70 ops firing db1', '3670 ops firing db1']);
    expect(dispatcher.reasons()[1]).toBe('severity changed from error to critical');
  });
});

describe('a severity that changes within an episode', () => {
  const TREE = ROUTE.replace('}', `, routes: [{ matchers: [severity="critical"], receiver: oncall }] }`);

  it('asks the routes again; whoever was told of the beginning is told of the end', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + TREE);
    await dispatcher.fire(DB1);
    await dispatcher.advance(MINUTE);
    await dispatcher.fire({ ...DB1, severity: 'critical' });
    await dispatcher.advance(3 * HOUR);
    await dispatcher.resolve({ ...DB1, severity: 'critical' });
    await dispatcher.advance(HOUR);
    expect(dispatcher.lines()).toEqual([
      '10 ops firing db1',
      '70 oncall firing db1',
      '3670 oncall firing db1',
      '7270 oncall firing db1',
      '10870 ops resolved /db1',
      '10870 oncall resolved /db1',
    ]);
    expect(dispatcher.reasons()[1]).toBe('severity changed from error to critical');
  });

  it('brings no second message about the end, where its new group has the same receiver', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + ROUTE.replace('}', ', groupBy: [severity] }'));
    await dispatcher.fire(DB1);
    await dispatcher.advance(MINUTE);
    await dispatcher.fire({ ...DB1, severity: 'critical' });
    await dispatcher.resolve({ ...DB1, severity: 'critical' });
    await dispatcher.advance(5 * MINUTE);
    expect(dispatcher.lines()).toEqual(['10 ops firing db1', '70 ops resolved /db1']);
    const decisions = (await explain(dispatcher.state, await dispatcher.nameOf(DB1))).map(({ decisions }) =>
      decisions.map(({ reason }) => reason).at(-1),
    );
    expect(decisions).toEqual([
      'told resolved: all alerts resolved',
      'told by other routes since its severity changed',
    ]);
  });

  it('and is back before anybody was told goes to the routes of the last one only', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + TREE);
    await dispatcher.fire(DB1);
    await dispatcher.fire({ ...DB1, severity: 'critical' });
    await dispatcher.fire({ ...DB1, severity: 'warning' });
    await dispatcher.advance(MINUTE);
    await dispatcher.resolve({ ...DB1, severity: 'warning' });
    await dispatcher.advance(HOUR);
    expect(dispatcher.lines()).toEqual(['10 ops firing db1', '70 ops resolved /db1']);
    expect((await dispatcher.state.scan()).filter(({ sk }) => sk.startsWith('member#'))).toEqual([]);
  });
});

describe('a channel of some severities', () => {
  const DOCUMENT = `
version: 1
receivers:
  - name: ops
    email:
      - { to: [all@example.com] }
      - { to: [critical@example.com], severities: [critical] }
${ROUTE}
`;
  const heardBy = ({ told }: DispatcherAlone, delivery: string) =>
    told
      .filter((one) => one.delivery === delivery)
      .flatMap(({ notification }) => notification.alerts)
      .map(({ status, severity }) => `${status} ${severity}`);

  it('hears of what becomes one of them, of what is none any more, and of the end', async () => {
    const dispatcher = new DispatcherAlone(DOCUMENT);
    for (const severity of ['error', 'critical', 'warning', 'error']) {
      await dispatcher.fire({ ...DB1, severity });
      await dispatcher.advance(2 * MINUTE);
    }
    await dispatcher.resolve({ ...DB1, severity: 'error' });
    await dispatcher.advance(2 * MINUTE);
    expect(heardBy(dispatcher, 'email#0')).toHaveLength(5);
    expect(heardBy(dispatcher, 'email#1')).toEqual(['firing critical', 'firing warning', 'resolved error']);
  });
});

describe('escalation', () => {
  const STEPS = ROUTE.replace(
    '}',
    ', escalate: [{ after: 45m, receiver: boss }, { after: 15m, receiver: oncall }] }',
  );

  it('goes step by step to the next receiver, once each, and the end follows', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + STEPS.replace('1h', '4h'));
    await dispatcher.fire(DB1);
    await dispatcher.advance(16 * MINUTE);
    expect(dispatcher.lines()).toEqual(['10 ops firing db1', '910 oncall firing db1']);
    expect(dispatcher.reasons()[1]).toBe('escalated: nobody acknowledged within 15m');
    await dispatcher.advance(2 * HOUR);
    expect(dispatcher.lines().slice(2)).toEqual(['2710 boss firing db1']);
    await dispatcher.resolve(DB1);
    await dispatcher.advance(6 * HOUR);
    expect(dispatcher.lines().slice(3).sort()).toEqual([
      '8170 boss resolved /db1',
      '8170 oncall resolved /db1',
      '8170 ops resolved /db1',
    ]);
    const items = await dispatcher.state.scan();
    expect(items.filter(({ pk, sk }) => pk.startsWith('group#') && sk === 'head')).toEqual([]);
  });

  it('leaves out what was acknowledged or has ended in time, alert by alert', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + STEPS);
    const db3 = { rule: 'errors', host: 'db3' };
    for (const labels of [DB1, DB2, db3]) await dispatcher.fire(labels);
    await dispatcher.advance(5 * MINUTE);
    await acknowledged(dispatcher, DB1);
    await dispatcher.resolve(DB2);
    await dispatcher.advance(15 * MINUTE);
    expect(dispatcher.lines()).toEqual([
      '10 ops firing db1,db2,db3',
      '310 ops firing db1,db3/db2',
      '910 oncall firing db3',
    ]);
  });

  it('does not disturb the rhythm of the group', async () => {
    const dispatcher = new DispatcherAlone(
      RECEIVERS + STEPS.replace('15m', '90s').replace('groupInterval: 1m', 'groupInterval: 5m'),
    );
    await dispatcher.fire(DB1);
    await dispatcher.advance(2 * MINUTE);
    await dispatcher.fire(DB2);
    await dispatcher.advance(10 * MINUTE);
    expect(dispatcher.lines()).toEqual([
      '10 ops firing db1',
      '100 oncall firing db1',
      '310 ops firing db1,db2',
      '400 oncall firing db1,db2',
    ]);
  });

  it('counts anew from the end of an acknowledgement, and says that it waits', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + STEPS.replace('1h', '4h'));
    await dispatcher.fire(DB1);
    await dispatcher.advance(5 * MINUTE);
    await acknowledged(dispatcher, DB1, HOUR);
    await dispatcher.advance(2 * HOUR);
    expect(dispatcher.lines()).toEqual([
      '10 ops firing db1',
      '4800 oncall firing db1',
      '6600 boss firing db1',
    ]);
    const [ops] = await explain(dispatcher.state, await dispatcher.nameOf(DB1));
    expect(ops?.decisions.map(({ reason }) => reason)).toEqual([
      'told firing: first notification of the group',
      'escalation to oncall waits: acknowledged until 2026-11-21T03:05:00.000Z, 15m count from then',
      'escalated to oncall: nobody acknowledged within 15m',
      'escalated to boss: nobody acknowledged within 45m',
    ]);
  });

  it('counts anew when the alert gets worse than what was acknowledged', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + STEPS.replace('1h', '4h'));
    await dispatcher.fire(DB1);
    await dispatcher.advance(5 * MINUTE);
    await acknowledged(dispatcher, DB1);
    await dispatcher.advance(HOUR);
    await dispatcher.fire({ ...DB1, severity: 'critical' });
    await dispatcher.advance(20 * MINUTE);
    expect(dispatcher.lines().slice(1)).toEqual(['3910 ops firing db1', '4810 oncall firing db1']);
  });

  it('tells whoever it went to that the alert got worse, too', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + STEPS.replace('1h', '4h'));
    await dispatcher.fire(DB1);
    await dispatcher.advance(20 * MINUTE);
    await dispatcher.fire({ ...DB1, severity: 'critical' });
    await dispatcher.advance(5 * MINUTE);
    expect(dispatcher.lines().slice(2).sort()).toEqual(['1210 oncall firing db1', '1210 ops firing db1']);
    expect(dispatcher.reasons().slice(2)).toEqual(Array(2).fill('severity changed from error to critical'));
  });

  it('waits while the alert is kept quiet', async () => {
    const dispatcher = new DispatcherAlone(`${RECEIVERS}${STEPS}
inhibitRules: [{ name: down, sourceMatchers: [rule="down"], targetMatchers: [rule="errors"] }]
`);
    await dispatcher.fire(DB1);
    await dispatcher.advance(MINUTE);
    await dispatcher.fire({ rule: 'down', host: 'all' });
    await acknowledged(dispatcher, { rule: 'down', host: 'all' });
    await dispatcher.advance(20 * MINUTE);
    expect(dispatcher.lines()).toEqual(['10 ops firing db1', '70 ops firing all']);
    await dispatcher.resolve({ rule: 'down', host: 'all' });
    await dispatcher.advance(2 * MINUTE);
    expect(dispatcher.lines().slice(2)).toEqual(['1270 ops resolved /all', '1270 oncall firing db1']);
  });
});
