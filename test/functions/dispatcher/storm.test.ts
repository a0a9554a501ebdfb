import { beforeAll, describe, expect, it } from 'vitest';
import { BEGIN, DispatcherAlone } from '../../support/dispatcher.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const GROUPS = 500;
/** `TOCSIN_STORM_PER_GROUP=20` lets the ten thousand come of which the promise is; the suite is content with fewer. */
const PER_GROUP = Number(process.env.TOCSIN_STORM_PER_GROUP ?? 10);
const ALERTS_TO_BOT = GROUPS * Number(process.env.TOCSIN_STORM_PER_GROUP ?? 4);

const document = (receiver: string) => `
version: 1
receivers: [{ name: ops, ${receiver} }]
route: { receiver: ops, groupBy: [service], groupWait: 30s, groupInterval: 5m }
`;
const EMAIL = 'email: [{ to: [ops@example.com] }]';
const FEISHU = 'feishu: [{ webhook: secret:bot }]';

async function storm(receiver: string, alerts: number): Promise<DispatcherAlone> {
  const dispatcher = new DispatcherAlone(document(receiver));
  for (let alert = 0; alert < alerts; alert++) {
    await dispatcher.fire({ rule: 'errors', service: `s${alert % GROUPS}`, host: `h${alert}` });
  }
  return dispatcher;
}

/** The most that any minute holds. */
function mostInAMinute(times: number[]): number {
  return Math.max(...times.map((at) => times.filter((other) => other >= at && other < at + MINUTE).length));
}

describe('thousands of alerts in 500 groups at once', () => {
  it('leave group by group within groupWait and 5 s, each group once', async () => {
    const dispatcher = await storm(EMAIL, GROUPS * PER_GROUP);
    await dispatcher.advance(4 * MINUTE);
    const { told } = dispatcher;
    expect(told).toHaveLength(GROUPS);
    for (const { at, notification } of told) {
      expect(at - BEGIN).toBeGreaterThanOrEqual(30 * SECOND);
      expect(at - BEGIN).toBeLessThanOrEqual(35 * SECOND);
      expect(notification.alerts).toHaveLength(PER_GROUP);
    }
    const hosts = told.flatMap(({ notification }) => notification.alerts.map(({ labels }) => labels.host));
    expect(new Set(hosts).size).toBe(GROUPS * PER_GROUP);
  });

  describe('to one bot of Feishu', () => {
    let dispatcher: DispatcherAlone;
    beforeAll(async () => {
      dispatcher = await storm(FEISHU, ALERTS_TO_BOT);
      await dispatcher.advance(4 * MINUTE);
    });

    it('stay within its limit, and digests name every alert that was folded', () => {
      const { told } = dispatcher;
      expect(mostInAMinute(told.map(({ at }) => at))).toBeLessThanOrEqual(100);
      const digests = told.filter(({ notification }) => notification.folded !== undefined);
      expect(digests.length).toBeGreaterThan(0);
      expect(digests.length).toBeLessThanOrEqual(30);
      const hosts = told.flatMap(({ notification }) => notification.alerts.map(({ labels }) => labels.host));
      expect(hosts).toHaveLength(ALERTS_TO_BOT);
      expect(new Set(hosts).size).toBe(ALERTS_TO_BOT);
      const folded = digests.reduce(
        (sum, { notification }) => sum + (notification.folded?.notifications ?? 0),
        0,
      );
      expect(folded + told.length - digests.length).toBe(GROUPS);
    });

    it('leave a word in the ledger for every notification that was folded', async () => {
      const plans = (await dispatcher.state.scan()).filter(({ sk }) => sk === 'plan');
      const folded = plans.filter(({ folded }) => folded !== undefined);
      expect(folded.length).toBeGreaterThan(400);
      expect(folded[0]?.folded).toBe('folded into a digest: receiver ops takes 100 notifications in 1m');
    });

    it('tell their ends within the limit, too, and leave nothing behind', async () => {
      for (let alert = 0; alert < ALERTS_TO_BOT; alert++) {
        await dispatcher.resolve({ rule: 'errors', service: `s${alert % GROUPS}`, host: `h${alert}` });
      }
      await dispatcher.advance(10 * MINUTE);
      const { told } = dispatcher;
      expect(mostInAMinute(told.map(({ at }) => at))).toBeLessThanOrEqual(100);
      const ended = told.flatMap(({ notification }) =>
        notification.alerts.filter(({ status }) => status === 'resolved').map(({ labels }) => labels.host),
      );
      expect(new Set(ended).size).toBe(ALERTS_TO_BOT);
      const left = (await dispatcher.state.scan()).filter(
        ({ pk, sk }) => pk.startsWith('group#') && !sk.startsWith('done#'),
      );
      expect(left).toEqual([]);
    });
  });
});

describe('a limit of a receiver', () => {
  it('holds for its notifications and digests together, whatever comes', async () => {
    const dispatcher = new DispatcherAlone(`
version: 1
receivers: [{ name: ops, ${EMAIL}, limit: 3/m }]
route: { receiver: ops, groupBy: ["..."], groupWait: 0s, groupInterval: 1m }
`);
    for (let alert = 0; alert < 40; alert++) {
      await dispatcher.fire({ rule: 'errors', host: `h${String(alert).padStart(2, '0')}` });
      await dispatcher.advance(7 * SECOND);
    }
    await dispatcher.advance(5 * MINUTE);
    const { told } = dispatcher;
    expect(mostInAMinute(told.map(({ at }) => at))).toBeLessThanOrEqual(3);
    const hosts = told.flatMap(({ notification }) => notification.alerts.map(({ labels }) => labels.host));
    expect(new Set(hosts).size).toBe(40);
    expect(hosts).toHaveLength(40);
  });

  it('says what began and ended while it was folded as already over', async () => {
    const dispatcher = new DispatcherAlone(`
version: 1
receivers: [{ name: ops, ${EMAIL}, limit: 1/5m }]
route: { receiver: ops, groupBy: ["..."], groupWait: 0s, groupInterval: 10s }
`);
    await dispatcher.fire({ rule: 'errors', host: 'a' });
    await dispatcher.advance(SECOND);
    await dispatcher.fire({ rule: 'errors', host: 'b' });
    await dispatcher.advance(SECOND);
    await dispatcher.resolve({ rule: 'errors', host: 'b' });
    await dispatcher.advance(10 * MINUTE);
    expect(dispatcher.lines()).toEqual(['0 ops firing a', '300 ops firing /b']);
    expect(dispatcher.told[1]?.notification).toMatchObject({
      reason: "digest: the receiver's limit left no room for 2 notifications",
      folded: { notifications: 2, since: BEGIN + SECOND },
      alerts: [{ alreadyOver: true }],
    });
  });

  it('says what another group told before as resolved, too', async () => {
    const dispatcher = new DispatcherAlone(`
version: 1
receivers: [{ name: ops, ${EMAIL}, limit: 1/5m }]
route: { receiver: ops, groupBy: ["..."], groupWait: 0s, groupInterval: 10s }
`);
    await dispatcher.fire({ rule: 'errors', host: 'a' });
    await dispatcher.advance(SECOND);
    await dispatcher.fire({ rule: 'errors', host: 'a', severity: 'critical' });
    await dispatcher.advance(20 * SECOND);
    await dispatcher.resolve({ rule: 'errors', host: 'a', severity: 'critical' });
    await dispatcher.advance(10 * MINUTE);
    expect(dispatcher.lines()).toEqual(['0 ops firing a', '300 ops resolved /a']);
  });

  it('says what was told before and ended while it was folded as resolved', async () => {
    const dispatcher = new DispatcherAlone(`
version: 1
receivers: [{ name: ops, ${EMAIL}, limit: 1/5m }]
route: { receiver: ops, groupBy: [host], groupWait: 0s, groupInterval: 10s }
`);
    await dispatcher.fire({ rule: 'errors', host: 'a' });
    await dispatcher.advance(SECOND);
    await dispatcher.fire({ rule: 'errors', host: 'a', severity: 'critical' });
    await dispatcher.advance(20 * SECOND);
    await dispatcher.resolve({ rule: 'errors', host: 'a', severity: 'critical' });
    await dispatcher.advance(10 * MINUTE);
    expect(dispatcher.lines()).toEqual(['0 ops firing a', '300 ops resolved /a']);
    expect(dispatcher.told[1]?.notification.alerts).toMatchObject([{ alreadyOver: false }]);
  });
});
