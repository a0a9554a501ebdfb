import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aliveItems } from '../../../infra/alive.ts';
import type { Deployment } from '../../../infra/deployment.ts';
import { HEARTBEAT_OWNER, heartbeatItems } from '../../../infra/heartbeat.ts';
import { applyItems } from '../../../infra/local/apply.ts';
import { firingEpisodes } from '../../../shared/alerts/firing.ts';
import { ALIVE, HEARTBEAT } from '../../../shared/alerts/signs-of-life.ts';
import { endedLately } from '../../../shared/usage.ts';
import { MINUTE, SECOND, startTestStack, type TestStack } from '../../support/stack.ts';
import { writtenBy } from './written.ts';

const OWN_PREFIX = '/tocsin/Shop/';

/** A document whose route would keep everything for an hour: no matter of the heartbeat's. */
const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: ERROR, when: { count: 10, within: 5m } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com], locale: en }, { to: [wei@example.com], locale: zh-CN, sendResolved: false }] }
route: { receiver: ops, groupWait: 1h, groupInterval: 1h, groupBy: [rule] }
`;

const DEPLOYMENT = { ownPrefix: OWN_PREFIX } as Deployment;
const BEAT = heartbeatItems(DEPLOYMENT);

describe('the heartbeat', () => {
  let stack: TestStack;
  const delivered = () =>
    stack
      .said('delivery')
      .filter(({ receiver, outcome }) => receiver === HEARTBEAT && outcome === 'delivered');

  beforeAll(async () => {
    stack = await startTestStack(DOCUMENT);
    await applyItems(
      stack.config,
      [...BEAT, ...aliveItems(DEPLOYMENT, { receiver: 'ops' })],
      HEARTBEAT_OWNER,
    );
    await stack.advance(MINUTE);
  });

  afterAll(() => stack.stop());

  it('comes out as a delivery to nobody within a minute, whatever people route', async () => {
    await stack.log(await writtenBy(), `${OWN_PREFIX}heartbeat`);
    await stack.advance(30 * SECOND);
    expect(delivered()).toMatchObject([{ channel: 'sink', status: 'firing' }]);
    expect(delivered()[0]?.lagMs).toBeLessThan(MINUTE);
    expect(await stack.mails()).toEqual([]);
  });

  it('beats on, each beat by itself', async () => {
    for (let beats = 2; beats <= 4; beats += 1) {
      await stack.advance(4 * MINUTE + 30 * SECOND);
      await stack.log(await writtenBy(), `${OWN_PREFIX}heartbeat`);
      await stack.advance(30 * SECOND);
      expect(delivered()).toHaveLength(beats);
      expect(delivered().at(-1)?.lagMs).toBeLessThan(MINUTE);
    }
  });

  it('is listed neither among what fires nor among what ended: nobody has to look at it', async () => {
    expect(await firingEpisodes(stack.state)).toEqual([]);
    expect(await endedLately(stack.state, 1)).toEqual([]);
  });

  it('is taken from no other log', async () => {
    await stack.log(await writtenBy(), '/app/orders');
    await stack.advance(MINUTE);
    expect(delivered()).toHaveLength(4);
  });

  it('comes once a day to people, as good news in the words of each', async () => {
    const line = await writtenBy({ alive: '2026-11-21T01:00:00Z' });
    await stack.log(line, `${OWN_PREFIX}heartbeat`);
    await stack.advance(MINUTE);
    const mails = (await stack.mails()).toSorted((a, b) => a.subject.localeCompare(b.subject, 'en'));
    expect(mails.map(({ subject }) => subject)).toEqual(
      ['[tocsin] 报平安：tocsin 正在值守', '[tocsin] Good news: tocsin is alive'].toSorted((a, b) =>
        a.localeCompare(b, 'en'),
      ),
    );
  });

  it('breaks one rule where there is no such receiver, and is said to', async () => {
    await applyItems(
      stack.config,
      [...BEAT, ...aliveItems(DEPLOYMENT, { receiver: 'nobody' })],
      HEARTBEAT_OWNER,
    );
    await stack.advance(MINUTE);
    const { rules } = await stack.configuration();
    expect(rules.map(({ id }) => id)).toEqual(expect.arrayContaining(['errors', HEARTBEAT]));
    const broken = stack.said('configuration').map(({ id, reason }) => `${id}: ${reason}`);
    await stack.log(await writtenBy({ alive: '2026-11-22T01:00:00Z' }), `${OWN_PREFIX}heartbeat`);
    expect(stack.said('alert').at(-1)).toMatchObject({ status: 'firing', alert: { ruleId: ALIVE } });
    expect(stack.said('flush').filter(({ receiver }) => receiver === 'nobody')).toEqual([]);
    expect(broken).toEqual([expect.stringContaining(`${ALIVE}: there is no receiver "nobody"`)]);
  });
});
