import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHandler } from '../../../functions/notifier/handler.ts';
import { LocalSecrets } from '../../../infra/local/secrets.ts';
import { towardsStandIns } from '../../../infra/local/stand-in-transport.ts';
import { createTransport } from '../../../shared/net/undici-transport.ts';
import { sqsEvent } from '../../support/events.ts';
import { HOUR, MINUTE, SECRETS, startTestStack, type TestStack } from '../../support/stack.ts';

const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: ERROR, when: { count: 1, within: 1h } }
receivers:
  - name: ops
    webhook: [{ url: "https://ops.example.com/hook", locale: en }]
    slack: [{ webhook: "https://hooks.slack.com/services/T/B/x" }]
    fallback: spare
  - { name: spare, pagerduty: [{ routingKey: 0123456789abcdef0123456789abcdef, locale: en }], fallback: last }
  - { name: last, wecom: [{ webhook: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k", locale: en }], fallback: ops }
route: { receiver: ops, groupWait: 1s }
`;

let stack: TestStack;
beforeEach(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  stack = await startTestStack(DOCUMENT);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await stack.stop();
});

const refuse = (provider: 'webhook' | 'slack' | 'pagerduty' | 'wecom', status = 404) =>
  stack.recorder.script(
    provider,
    Array.from({ length: 20 }, () => ({ status, body: 'no_service' })),
  );
const taken = (provider: string) =>
  stack.recorder.received().filter((entry) => entry.provider === provider && entry.refused === null);

describe('a receiver whose channel fails for good', () => {
  it('has its fallback told, which says whom it stands in for and why', async () => {
    refuse('webhook');
    await stack.log(['ERROR one']);
    await stack.advance(2 * MINUTE);
    expect(stack.attempts().toSorted()).toEqual(['pagerduty delivered', 'slack delivered', 'webhook failed']);
    expect(taken('pagerduty')[0]?.body).toContain(
      'Sent here because webhook of ops could not be reached: ops.example.com answered HTTP 404: no_service',
    );
    expect(stack.said('delivery').map(({ receiver, channel }) => `${receiver} ${channel}`)).toContain(
      'spare pagerduty',
    );
    expect(await stack.deadLetters('deliveries')).toHaveLength(1);
  });

  it('has it told once where two channels could not tell the same', async () => {
    refuse('webhook');
    refuse('slack');
    await stack.log(['ERROR one']);
    await stack.advance(2 * MINUTE);
    expect(stack.attempts().toSorted()).toEqual(['pagerduty delivered', 'slack failed', 'webhook failed']);
    expect(await stack.deadLetters('deliveries')).toHaveLength(2);
  });

  it('goes from fallback to fallback, and not in a circle', async () => {
    for (const provider of ['webhook', 'slack', 'pagerduty', 'wecom'] as const) refuse(provider);
    await stack.log(['ERROR one']);
    await stack.advance(10 * MINUTE);
    expect(stack.attempts().toSorted()).toEqual([
      'pagerduty failed',
      'slack failed',
      'webhook failed',
      'wecom failed',
    ]);
    expect(await stack.deadLetters('deliveries')).toHaveLength(4);
  });

  it('is told of the end by the fallback as well', async () => {
    refuse('webhook');
    await stack.log(['ERROR one']);
    await stack.advance(2 * HOUR);
    const actions = taken('pagerduty').map(({ body }) => JSON.parse(body).event_action);
    expect(actions).toEqual(['trigger', 'resolve']);
    const keys = taken('pagerduty').map(({ body }) => JSON.parse(body).dedup_key);
    expect(new Set(keys).size).toBe(1);
  });

  it('has its fallback told of the end, though it hears of that itself again', async () => {
    stack.recorder.script('webhook', [{ status: 404, body: 'no_service' }]);
    await stack.log(['ERROR one']);
    await stack.advance(2 * HOUR);
    const actions = taken('pagerduty').map(({ body }) => JSON.parse(body).event_action);
    expect(actions).toEqual(['trigger', 'resolve']);
    expect(taken('webhook').map(({ body }) => JSON.parse(body).status)).toEqual(['resolved']);
    expect(taken('slack')).toHaveLength(2);
  });

  it('has its fallback told of the end, though somebody took the fallback away meanwhile', async () => {
    stack.recorder.script('webhook', [{ status: 404, body: 'no_service' }]);
    await stack.log(['ERROR one']);
    await stack.advance(2 * MINUTE);
    await stack.apply(DOCUMENT.replace('    fallback: spare\n', ''));
    await stack.advance(2 * HOUR);
    const actions = taken('pagerduty').map(({ body }) => JSON.parse(body).event_action);
    expect(actions).toEqual(['trigger', 'resolve']);
  });

  it('has its fallback told once that all is over, where it was tried until then', async () => {
    stack.recorder.script(
      'webhook',
      Array.from({ length: 200 }, () => ({ status: 503, body: 'busy' })),
    );
    await stack.log(['ERROR one']);
    await stack.advance(2 * HOUR);
    expect(taken('slack')).toHaveLength(2);
    expect(taken('pagerduty')).toEqual([]);
    await stack.advance(5 * HOUR);
    const actions = taken('pagerduty').map(({ body }) => JSON.parse(body).event_action);
    expect(actions).toEqual(['trigger', 'resolve']);
    expect(stack.said('notification').filter(({ receiver }) => receiver === 'spare')).toHaveLength(1);
  });

  it('has its fallback told once, whenever the function ends in between', async () => {
    refuse('webhook');
    await stack.log(['ERROR one']);
    await stack.advance(2 * MINUTE);
    const [failed] = stack.said('delivery').filter(({ outcome }) => outcome === 'failed');
    const key = { pk: `notification#${failed?.id}`, sk: 'delivery#webhook#0' };
    // As if the function had ended after it decided, before it wrote that all is done.
    const ended = await stack.state.get(key);
    await stack.state.update(key, {
      set: { status: 'pending', verdict: String(ended?.reason), leaseUntil: 0 },
      remove: ['ttl'],
    });
    const message = {
      version: 1,
      type: 'delivery',
      notificationId: failed?.id,
      delivery: 'webhook#0',
      notBefore: 0,
    };
    await stack.send('deliveries', [message, message]);
    await stack.settle();
    await stack.advance(5 * MINUTE);
    expect(stack.attempts().filter((attempt) => attempt.startsWith('pagerduty'))).toEqual([
      'pagerduty delivered',
    ]);
    expect(stack.attempts('webhook')).toEqual(['webhook failed']);
    expect(await stack.state.get(key)).toMatchObject({ status: 'failed', reason: ended?.reason });
  });
});

describe('the ledger', () => {
  it('shows the newest attempts of a delivery', async () => {
    refuse('webhook', 503);
    await stack.log(['ERROR one']);
    await stack.advance(30 * MINUTE);
    const [first] = stack.said('delivery').filter(({ channel }) => channel === 'webhook');
    const item = await stack.state.get({ pk: `notification#${first?.id}`, sk: 'delivery#webhook#0' });
    const log = item?.log as { at: number; outcome: string; reason: string; generation: number }[];
    expect(log.length).toBe(Math.min(20, Number(item?.attempts)));
    expect(log[0]).toEqual({
      at: first?.at,
      outcome: 'retry',
      reason: 'ops.example.com answered HTTP 503: no_service',
      generation: 0,
    });
  });
});

describe('an endpoint that is down', () => {
  it('rests after three failures, and one delivery tries it for all; others go on', async () => {
    refuse('webhook', 503);
    const alone = DOCUMENT.replace('route: { receiver: ops', "route: { receiver: ops, groupBy: ['...']");
    await stack.apply(alone.replace('match: ERROR', "match: { regex: 'ERROR (?P<n>.*)' }, groupBy: [n]"));
    await stack.log(Array.from({ length: 8 }, (_, n) => `ERROR ${n}`));
    await stack.advance(2 * MINUTE);
    expect(stack.attempts('slack')).toHaveLength(8);
    const tried = stack.attempts('webhook').length;
    expect(tried).toBeGreaterThanOrEqual(3);
    expect(tried).toBeLessThan(12);
    stack.recorder.script('webhook', []);
    await stack.advance(HOUR);
    expect(stack.attempts('webhook').filter((attempt) => attempt === 'webhook delivered')).toHaveLength(8);
  });

  it('that asks for a wait gets it from everybody', async () => {
    stack.recorder.script('webhook', [{ status: 429, headers: { 'retry-after': '300' } }]);
    await stack.log(['ERROR one']);
    await stack.advance(5_000);
    expect(stack.attempts('webhook')).toEqual(['webhook retry']);
    const handler = createHandler(stack.environmentOf('notifier'), {
      ...stack.outside,
      transport: towardsStandIns(
        createTransport({ allow: () => true }),
        stack.urls.feishu,
        stack.urls.channels,
      ),
      secrets: new LocalSecrets(SECRETS, {}),
    });
    const [{ id } = { id: '' }] = stack.said('notification');
    const message = { version: 1, type: 'delivery', notificationId: id, delivery: 'webhook#0', notBefore: 0 };
    await handler(sqsEvent([message]));
    expect(stack.attempts('webhook')).toEqual(['webhook retry']);
    await stack.advance(10 * MINUTE);
    const [first, second] = stack.said('delivery').filter(({ channel }) => channel === 'webhook');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(300_000);
  });
});
