import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHandler } from '../../../functions/notifier/handler.ts';
import { LocalSecrets } from '../../../infra/local/secrets.ts';
import { towardsStandIns } from '../../../infra/local/stand-in-transport.ts';
import { createDelivery, settlePlan } from '../../../shared/deliveries/ledger.ts';
import { createTransport } from '../../../shared/net/undici-transport.ts';
import { sampleNotification } from '../../channels/sample-notification.ts';
import { sqsEvent } from '../../support/events.ts';
import { HOUR, MINUTE, SECRETS, startTestStack, type TestStack } from '../../support/stack.ts';

const HOOK = 'https://open.feishu.cn/open-apis/bot/v2/hook/0123456789abcdef';
const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: ERROR, when: { count: 1, within: 1h } }
receivers:
  - { name: ops, feishu: [{ webhook: "${HOOK}" }], email: [{ to: [ops@example.com] }] }
route: { receiver: ops }
`;
const ID = 'notification-1';
const MESSAGE = { version: 1, type: 'delivery', notificationId: ID, delivery: 'feishu#0', notBefore: 0 };

let stack: TestStack;
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await stack.stop();
});

/** A notification with its two deliveries in the ledger, as the dispatcher writes them before it enqueues any. */
async function planned(agedMs = 0): Promise<void> {
  stack = await startTestStack(DOCUMENT);
  const now = stack.clock.now() - agedMs;
  const deliveries = (['feishu', 'email'] as const).map((kind) => ({
    id: `${kind}#0`,
    kind,
    position: 0,
    status: 'firing' as const,
    alerts: [0],
  }));
  const notification = sampleNotification({ id: ID, at: now });
  await settlePlan(stack.state, { notification, members: [], deliveries }, now);
  for (const { id } of deliveries) await createDelivery(stack.state, ID, id, now);
}

const ledger = (delivery = 'feishu#0') =>
  stack.state.get({ pk: `notification#${ID}`, sk: `delivery#${delivery}` });

describe('the ledger of deliveries', () => {
  it('keeps a redelivered message from being sent twice', async () => {
    await planned();
    await stack.send('deliveries', [MESSAGE, MESSAGE, MESSAGE]);
    await stack.settle();
    await stack.send('deliveries', [MESSAGE]);
    await stack.settle();
    expect(stack.attempts()).toEqual(['feishu delivered']);
    expect(stack.feishu.received()).toHaveLength(1);
  });

  it('shows every attempt, and forgets neither the last reason nor the next time', async () => {
    await planned();
    stack.feishu.script('*', [{ kind: 'code', code: 11232, times: 2 }]);
    await stack.send('deliveries', [MESSAGE]);
    await stack.settle();
    const now = stack.clock.now();
    expect(await ledger()).toMatchObject({
      status: 'pending',
      attempts: 1,
      notBefore: now + 1500,
      reason: expect.stringContaining('11232'),
    });
    await stack.advance(10 * MINUTE);
    expect(await ledger()).toMatchObject({ status: 'delivered', attempts: 3, reason: null });
    expect(await ledger()).not.toHaveProperty('dueAt');
  });

  it('gives up at the end of the retry horizon, with the reason of the last attempt', async () => {
    await planned(5 * HOUR);
    stack.feishu.script('*', [{ kind: 'status', status: 503, times: 1000 }]);
    await stack.send('deliveries', [MESSAGE]);
    await stack.advance(80 * MINUTE);
    expect(stack.attempts('feishu').at(-1)).toBe('feishu failed');
    expect(stack.attempts('feishu').length).toBeGreaterThan(8);
    const [dead, ...more] = await stack.deadLetters('deliveries');
    expect(more).toEqual([]);
    expect(dead).toMatchObject({
      notificationId: ID,
      delivery: 'feishu#0',
      reason: expect.stringMatching(/^given up after 6 h and \d+ attempts: Feishu answered HTTP 503/),
    });
    expect(await ledger()).toMatchObject({ status: 'failed' });
  });

  it('does not believe a provider that asks for a wait beyond the horizon', async () => {
    await planned();
    const headers = { 'x-ogw-ratelimit-reset': '99999999' };
    stack.feishu.script('*', [{ kind: 'status', status: 429, headers, times: 2 }]);
    await stack.send('deliveries', [MESSAGE]);
    await stack.advance(6 * HOUR + 5 * MINUTE);
    expect(stack.attempts('feishu')).toEqual(['feishu retry', 'feishu failed']);
    expect(await stack.deadLetters('deliveries')).toHaveLength(1);
  });

  it('sends again, the very same, after a crash between sending and recording', async () => {
    await planned();
    const transport = createTransport({ allow: () => true });
    const crashing = createHandler(stack.environmentOf('notifier'), {
      clock: stack.clock.now,
      random: () => 0,
      happened() {
        throw new Error('the function ends here');
      },
      transport: towardsStandIns(transport, stack.urls.feishu, stack.urls.channels),
      secrets: new LocalSecrets(SECRETS, {}),
    });
    const event = sqsEvent([MESSAGE]);
    expect(await crashing(event)).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
    await transport.close();
    expect(await ledger()).toMatchObject({ status: 'pending', attempts: 1 });

    await stack.send('deliveries', [MESSAGE]);
    await stack.settle();
    expect(stack.attempts('feishu')).toEqual([]);
    await stack.advance(5 * MINUTE);
    expect(stack.attempts('feishu')).toEqual(['feishu delivered']);
    const cards = stack.feishu.received().map(({ body }) => body.card);
    expect(cards).toHaveLength(2);
    expect(cards[1]).toEqual(cards[0]);
    expect(stack.said('delivery')[0]?.id).toBe(ID);
    expect(await ledger()).toMatchObject({ status: 'delivered', attempts: 2 });
  });

  it('finishes a delivery whose message was lost', async () => {
    await planned();
    await stack.advance(5 * MINUTE);
    expect(stack.attempts().sort()).toEqual(['email delivered', 'feishu delivered']);
    expect(stack.said('recovered')).toHaveLength(2);
  });

  it('keeps example lines for seven days, and what became of the deliveries for longer', async () => {
    await planned();
    await stack.advance(5 * MINUTE);
    const days = async (sk: string) => {
      const item = await stack.state.get({ pk: `notification#${ID}`, sk });
      return Math.round((Number(item?.ttl) * 1000 - stack.clock.now()) / (24 * HOUR));
    };
    expect([await days('plan'), await days('delivery#email#0')]).toEqual([7, 30]);
  });

  it('buries what the ledger does not know', async () => {
    await planned();
    await stack.send('deliveries', [{ ...MESSAGE, notificationId: 'unknown' }]);
    await stack.settle();
    expect(await stack.deadLetters('deliveries')).toEqual([
      { ...MESSAGE, notificationId: 'unknown', reason: 'the ledger does not know it' },
    ]);
  });

  it('fails a delivery whose channel is gone, saying so, and sends the other', async () => {
    await planned();
    await stack.apply(DOCUMENT.replace(/feishu: \[.*?\], /, ''));
    await stack.advance(5 * MINUTE);
    expect(stack.attempts().sort()).toEqual(['email delivered', 'feishu failed']);
    expect(await stack.deadLetters('deliveries')).toMatchObject([
      { reason: 'receiver ops has no channel feishu#0 any more' },
    ]);
  });

  it('fails only what it does not understand of a batch', async () => {
    await planned();
    const handler = createHandler(stack.environmentOf('notifier'), {
      clock: stack.clock.now,
      random: () => 0,
      happened() {},
      secrets: new LocalSecrets(SECRETS, {}),
    });
    const email = { ...MESSAGE, delivery: 'email#0' };
    const answer = await handler(sqsEvent(['no delivery', email, { ...MESSAGE, version: 2 }]));
    expect(answer.batchItemFailures).toEqual([
      { itemIdentifier: 'message-0' },
      { itemIdentifier: 'message-2' },
    ]);
    expect(await stack.mails()).toHaveLength(1);
  });
});
