import { afterEach, describe, expect, it } from 'vitest';
import { MINUTE, startTestStack, type TestStack } from '../support/stack.ts';

const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: ERROR, when: { count: 1, within: 1h } }
receivers:
  - name: ops
    webhook: [{ url: "https://example.com/hook", secret: "secret:hook" }]
    dingtalk: [{ webhook: "secret:ding", secret: "secret:ding#sign", mention: [all] }]
    wecom: [{ webhook: "secret:wecom", mention: { error: [zhangsan, all] } }]
    slack: [{ webhook: "secret:slack" }]
    pagerduty: [{ routingKey: "secret:pd" }]
    sms: [{ to: ["+8613800000000"] }]
    alertmanager: [{ url: "https://alertmanager.example.com" }]
    eventbridge: [{ bus: default }]
route: { receiver: ops, groupWait: 1s }
`;

let stack: TestStack;
afterEach(() => stack.stop());

describe('the stand-in for the other channels', () => {
  it('takes what every channel sends, with the signatures and limits of the real ones', async () => {
    stack = await startTestStack(DOCUMENT);
    await stack.log(['ERROR <!channel> [x](https://evil.example)']);
    await stack.advance(2 * MINUTE);
    const recorded = stack.recorder.received();
    expect(recorded.map(({ refused }) => refused)).toEqual(recorded.map(() => null));
    expect(recorded.map(({ provider, receiver }) => `${provider} ${receiver}`).toSorted()).toEqual([
      'alertmanager ops',
      'dingtalk ops',
      'eventbridge default',
      'pagerduty events.pagerduty.com',
      'slack ops',
      'sms +8613800000000',
      'webhook ops',
      'wecom ops',
      'wecom ops',
    ]);
    expect(stack.attempts().toSorted()).toEqual(
      ['alertmanager', 'dingtalk', 'eventbridge', 'pagerduty', 'slack', 'sms', 'webhook', 'wecom'].map(
        (kind) => `${kind} delivered`,
      ),
    );
    expect(stack.failures).toEqual([]);
  });

  it('shows it on a page on which nothing of it acts', async () => {
    stack = await startTestStack(DOCUMENT);
    await stack.log(['ERROR <script>alert(1)</script>']);
    await stack.advance(2 * MINUTE);
    const page = await fetch(stack.urls.channels);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).toContain('pagerduty');
    expect(html).not.toContain('<script>alert');
    const { messages } = (await (await fetch(`${stack.urls.channels}/api/messages`)).json()) as {
      messages: { provider: string; body: string }[];
    };
    const event = messages.find(({ provider }) => provider === 'pagerduty');
    expect(JSON.parse(event?.body ?? '')).toMatchObject({ event_action: 'trigger', routing_key: '***' });
  });

  it('answers as it is told, and the delivery does what that asks for', async () => {
    stack = await startTestStack(DOCUMENT.replace(/ {4}(?!webhook)\w+: \[.*\n/g, ''));
    stack.recorder.script('webhook', [{ status: 503, headers: { 'retry-after': '60' } }, { status: 401 }]);
    await stack.log(['ERROR one']);
    await stack.advance(5 * MINUTE);
    expect(stack.attempts()).toEqual(['webhook retry', 'webhook failed']);
    const [first, second] = stack.said('delivery');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(MINUTE);
  });
});
