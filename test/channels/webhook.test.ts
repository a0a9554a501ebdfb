import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { webhookChannel } from '../../shared/channels/webhook/channel.ts';
import { webhookSchema } from '../../shared/channels/webhook/settings.ts';
import { literalSecrets } from '../../shared/config/secrets.ts';
import { NOON, resolvedAlert, sampleAlert, sampleNotification } from './sample-notification.ts';
import { scriptedOutside } from './scripted-outside.ts';

const SECRET = 'a signing key';

async function post(notification = sampleNotification(), changes: Record<string, unknown> = {}) {
  const { context, requests } = scriptedOutside([{}], { hook: SECRET });
  const settings = webhookSchema.parse({ url: 'https://example.com/hook?team=a', locale: 'en', ...changes });
  const outcome = await webhookChannel.deliver(notification, settings, context);
  return { outcome, request: requests[0] ?? { headers: {}, body: '', url: '' } };
}

type Verify = (headers: object, body: string, secret: string, now: number) => boolean;

/** The function that the documentation shows, as it stands there. */
async function documented(): Promise<Verify> {
  const text = readFileSync(new URL('../../shared/channels/README.md', import.meta.url), 'utf8');
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(text) ?? [];
  const module = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
  return module.isFromTocsin;
}

describe('the webhook', () => {
  it('is what Alertmanager posts, version 4', async () => {
    const alerts = [sampleAlert(), resolvedAlert({ fingerprint: 'order-errors/pay' })];
    const { request } = await post(sampleNotification({ alerts }));
    const body = JSON.parse(request.body);
    expect(Object.keys(body).toSorted()).toEqual(
      'alerts commonAnnotations commonLabels externalURL groupKey groupLabels receiver status truncatedAlerts version'.split(
        ' ',
      ),
    );
    expect(body).toMatchObject({
      version: '4',
      receiver: 'ops',
      status: 'firing',
      groupKey: '{}:{rule="order-errors"}',
      groupLabels: { rule: 'order-errors' },
      truncatedAlerts: 0,
      commonLabels: {
        alertname: 'order-errors',
        rule: 'order-errors',
        service: 'order',
        severity: 'critical',
      },
    });
    expect(Object.keys(body.alerts[0]).toSorted()).toEqual(
      'annotations endsAt fingerprint generatorURL labels startsAt status'.split(' '),
    );
    expect(body.alerts[0]).toMatchObject({
      status: 'firing',
      labels: { alertname: 'order-errors', service: 'order' },
      annotations: { summary: '12 errors in order', runbook_url: 'https://wiki.example.com/order-errors' },
      startsAt: new Date(NOON - 125_000).toISOString(),
      endsAt: '0001-01-01T00:00:00Z',
      fingerprint: 'order-errors/order',
    });
    expect(body.alerts[1]).toMatchObject({
      status: 'resolved',
      endsAt: new Date(NOON + 400_000).toISOString(),
    });
    expect(body.alerts[0].generatorURL).toMatch(/^https:\/\/eu-west-1\.console\.aws\.amazon\.com\//);
  });

  it('says of itself whom it stands in for', async () => {
    const insteadOf = { receiver: 'team', channel: 'feishu' as const, reason: 'Feishu refused with 19001' };
    const { request } = await post(sampleNotification({ insteadOf }));
    expect(JSON.parse(request.body).alerts[0].annotations.description).toContain('feishu of team');
  });

  it('is signed over time and body, as the documentation verifies it', async () => {
    const isFromTocsin = await documented();
    const { request } = await post(sampleNotification(), { secret: 'secret:hook' });
    const { headers, body } = request;
    expect(headers).toMatchObject({
      'x-tocsin-timestamp': String(NOON / 1000),
      'x-tocsin-signature': expect.stringMatching(/^v1=[0-9a-f]{64}$/),
      'x-tocsin-notification': sampleNotification().id,
    });
    expect(isFromTocsin(headers, body, SECRET, NOON)).toBe(true);
    expect(isFromTocsin(headers, `${body} `, SECRET, NOON)).toBe(false);
    expect(isFromTocsin(headers, body, 'another key', NOON)).toBe(false);
    expect(isFromTocsin(headers, body, SECRET, NOON + 301_000)).toBe(false);
    expect(
      isFromTocsin({ ...headers, 'x-tocsin-timestamp': String(NOON / 1000 + 1) }, body, SECRET, NOON),
    ).toBe(false);
    expect(isFromTocsin({}, body, SECRET, NOON)).toBe(false);
  });

  it('is unsigned without a key', async () => {
    const { request } = await post();
    expect(Object.keys(request.headers)).not.toContain('x-tocsin-signature');
    expect(request.url).toBe('https://example.com/hook?team=a');
  });

  it('sends the user and password of an address as a header', async () => {
    const { context, requests } = scriptedOutside([{}], { address: 'https://me:p%40ss@example.com/x' });
    const settings = webhookSchema.parse({ url: 'secret:address' });
    expect((await webhookChannel.deliver(sampleNotification(), settings, context)).outcome).toBe('delivered');
    expect(requests[0]?.url).toBe('https://example.com/x');
    expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  });

  it('takes its address as it is written, and a password in it only as a secret', () => {
    expect(literalSecrets(webhookSchema, { url: 'https://example.com/hook', secret: 'secret:hook' })).toEqual(
      [],
    );
    expect(literalSecrets(webhookSchema, { url: 'https://example.com/hook', secret: 'written out' })).toEqual(
      [['secret']],
    );
    expect(webhookSchema.safeParse({ url: 'https://me:pass@example.com' }).error?.issues[0]?.message).toBe(
      'holds a password',
    );
    expect(webhookSchema.safeParse({ url: 'example.com/hook' }).success).toBe(false);
    expect(webhookSchema.safeParse({ url: 'ftp://example.com' }).success).toBe(false);
  });

  it('is shortened rather than refused', async () => {
    const lines = Array.from({ length: 5 }, () => ({
      at: NOON,
      message: '汉'.repeat(5000),
      logGroup: 'g',
      logStream: 's',
    }));
    const annotations = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`a${n}`, '字'.repeat(3000)]));
    const alerts = Array.from({ length: 50 }, () => sampleAlert({ lines, annotations }));
    const { request, outcome } = await post(sampleNotification({ alerts }));
    expect(outcome.outcome).toBe('delivered');
    expect(Buffer.byteLength(request.body)).toBeLessThanOrEqual(512_000);
    const { truncatedAlerts, alerts: shown } = JSON.parse(request.body);
    expect(truncatedAlerts + shown.length).toBe(50);
    expect(shown.length).toBeGreaterThan(5);
    const many = Array.from({ length: 300 }, () => sampleAlert());
    expect(JSON.parse((await post(sampleNotification({ alerts: many }))).request.body).alerts).toHaveLength(
      300,
    );
  });
});
