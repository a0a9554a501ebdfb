import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { handler } from '../../../functions/heartbeat/handler.ts';
import type { Deployment } from '../../../infra/deployment.ts';
import { heartbeatItems } from '../../../infra/heartbeat.ts';
import { applyItems } from '../../../infra/local/apply.ts';
import { HEARTBEAT } from '../../../shared/routing/heartbeat.ts';
import { MINUTE, SECOND, startTestStack, type TestStack } from '../../support/stack.ts';

const OWN_PREFIX = '/tocsin/Shop/';

/** A document whose route would keep everything for an hour: no matter of the heartbeat's. */
const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: ERROR, when: { count: 10, within: 5m } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
route: { receiver: ops, groupWait: 1h, groupInterval: 1h, groupBy: [rule] }
`;

/** What the function writes into its log, from which Lambda's own lines are left out. */
async function beat(): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  await handler();
  log.mockRestore();
  return lines.join('\n');
}

describe('the heartbeat', () => {
  let stack: TestStack;
  const delivered = () =>
    stack
      .said('delivery')
      .filter(({ receiver, outcome }) => receiver === HEARTBEAT && outcome === 'delivered');

  beforeAll(async () => {
    stack = await startTestStack(DOCUMENT);
    const items = heartbeatItems({ ownPrefix: OWN_PREFIX } as Deployment);
    await applyItems(stack.config, items, 'tocsin');
    await stack.advance(MINUTE);
  });

  afterAll(() => stack.stop());

  it('comes out as a delivery to nobody within a minute, whatever people route', async () => {
    await stack.log([await beat()], `${OWN_PREFIX}heartbeat`);
    await stack.advance(30 * SECOND);
    expect(delivered()).toMatchObject([{ channel: 'sink', status: 'firing' }]);
    expect(delivered()[0]?.lagMs).toBeLessThan(MINUTE);
    expect(await stack.mails()).toEqual([]);
  });

  it('beats on, each beat by itself', async () => {
    for (let beats = 2; beats <= 4; beats += 1) {
      await stack.advance(4 * MINUTE + 30 * SECOND);
      await stack.log([await beat()], `${OWN_PREFIX}heartbeat`);
      await stack.advance(30 * SECOND);
      expect(delivered()).toHaveLength(beats);
      expect(delivered().at(-1)?.lagMs).toBeLessThan(MINUTE);
    }
  });

  it('is taken from no other log', async () => {
    await stack.log([await beat()], '/app/orders');
    await stack.advance(MINUTE);
    expect(delivered()).toHaveLength(4);
  });
});
