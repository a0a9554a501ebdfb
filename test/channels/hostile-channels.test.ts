import { describe, expect, it } from 'vitest';
import type { Notification } from '../../shared/alerts/notification.ts';
import type { Channel } from '../../shared/channels/channel.ts';
import { deliverableChannels } from '../../shared/channels/registry.ts';
import type { ChannelKind } from '../../shared/config/model.ts';
import { HOSTILE_CORPUS } from './hostile-corpus.ts';
import { NOON, sampleAlert, sampleNotification } from './sample-notification.ts';
import { type Answer, scriptedOutside } from './scripted-outside.ts';

const RUNBOOK = 'https://wiki.example.com/order-errors';
const CONSOLE = /^https:\/\/eu-west-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=eu-west-1#/;

/** A notification in which the line stands wherever a log's text can come to stand. */
function told(line: string): Notification {
  const alert = sampleAlert({
    labels: { rule: 'order-errors', severity: 'critical', service: line, template: line.slice(0, 300) },
    annotations: { summary: `{{ $labels.service }}`, detail: '{{ $labels.service }}', runbook: RUNBOOK },
    lines: [{ at: NOON, message: line, logGroup: '/app/order-api', logStream: line.slice(0, 100) }],
    endReason: null,
  });
  return sampleNotification({ groupLabels: { rule: 'order-errors', service: line }, alerts: [alert] });
}

async function bodiesFor(kind: ChannelKind, settings: Record<string, unknown>, line: string, answer: Answer) {
  const { context, requests } = scriptedOutside([answer]);
  const channel = deliverableChannels[kind] as Channel;
  const outcome = await channel.deliver(
    told(line),
    channel.schema.parse({ locale: 'en', ...settings }),
    context,
  );
  expect(outcome.outcome, line.slice(0, 80)).toBe('delivered');
  return requests;
}

/** What of a markdown text would act: addresses of links, tags, addresses that stand by themselves. */
function activeIn(markdown: string) {
  const links = [...markdown.matchAll(/\[[^\]]*\]\(([^)]*)\)/g)].map(([, url = '']) => url);
  const rest = markdown.replace(/\[[^\]]*\]\([^)]*\)/g, '');
  return {
    strange: links.filter((url) => url !== RUNBOOK && !CONSOLE.test(url)),
    tags: [...rest.matchAll(/<[^\s\d=][^>]*>?/g)].map(([tag]) => tag),
    addresses: rest.match(/[a-z]+:\/\/|\]\(|!\[|www\.|mailto:|javascript:/gi) ?? [],
    headings: rest.split('\n').filter((line) => /^\s*(?:> )?#/.test(line)).length,
    code: rest.includes('`'),
  };
}

const NOTHING = { strange: [], tags: [], addresses: [], headings: 1, code: false };
const bytes = (text: string) => Buffer.byteLength(text, 'utf8');

describe('hostile log lines', () => {
  it('are nothing but text to DingTalk', async () => {
    for (const line of HOSTILE_CORPUS) {
      const answer = { body: '{"errcode":0,"errmsg":"ok"}' };
      const [request] = await bodiesFor(
        'dingtalk',
        { webhook: 'https://oapi.dingtalk.com/robot/send' },
        line,
        answer,
      );
      const { msgtype, markdown, at } = JSON.parse(request?.body ?? '');
      expect(msgtype).toBe('markdown');
      expect(activeIn(markdown.text), line.slice(0, 80)).toEqual(NOTHING);
      expect(activeIn(markdown.title), line.slice(0, 80)).toEqual({ ...NOTHING, headings: 0 });
      expect(at).toEqual({ isAtAll: false, atMobiles: [], atUserIds: [] });
      expect(bytes(request?.body ?? '')).toBeLessThanOrEqual(20_000);
    }
  });

  it.each(['markdown', 'markdown_v2'])('are nothing but text to WeCom as %s', async (format) => {
    for (const line of HOSTILE_CORPUS) {
      const webhook = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send';
      const requests = await bodiesFor('wecom', { webhook, format }, line, { body: '{"errcode":0}' });
      expect(requests).toHaveLength(1);
      const body = JSON.parse(requests[0]?.body ?? '');
      const { content } = body[format];
      const tags = format === 'markdown' ? ['<font color="warning">', '</font>'] : [];
      expect(Object.keys(body)).toEqual(['msgtype', format]);
      expect(activeIn(content), line.slice(0, 80)).toEqual({ ...NOTHING, tags });
      expect(bytes(content)).toBeLessThanOrEqual(4096);
    }
  });

  it('are nothing but text to Slack, as blocks and as text', async () => {
    for (const line of HOSTILE_CORPUS) {
      const settings = { webhook: 'https://hooks.slack.com/services/T/B/x' };
      for (const status of [200, 400]) {
        const { context, requests } = scriptedOutside([{ status, body: 'invalid_payload' }, { body: 'ok' }]);
        const { slack } = deliverableChannels;
        await slack?.deliver(told(line), slack.schema.parse(settings), context);
        for (const { body } of requests) expectQuietSlack(JSON.parse(body), line);
      }
    }
  });

  it('stay inside their strings in PagerDuty', async () => {
    for (const line of HOSTILE_CORPUS) {
      const key = '0123456789abcdef0123456789abcdef';
      const [request] = await bodiesFor('pagerduty', { routingKey: key }, line, { status: 202, body: '{}' });
      const event = JSON.parse(request?.body ?? '');
      expect(event).toMatchObject({ routing_key: key, event_action: 'trigger' });
      expect(
        event.links.map(({ href }: { href: string }) => href).filter((href: string) => !CONSOLE.test(href)),
      ).toEqual([RUNBOOK]);
      expect(event.payload.summary.length).toBeLessThanOrEqual(1024);
      expect(event.payload.severity).toBe('critical');
      expect(bytes(request?.body ?? '')).toBeLessThanOrEqual(512_000);
    }
  });

  it.each([
    ['webhook', 'https://example.com/hook'],
    ['alertmanager', 'https://example.com'],
  ] as const)('stay inside their strings in %s', async (kind, url) => {
    for (const line of HOSTILE_CORPUS) {
      const [request] = await bodiesFor(kind, { url }, line, {});
      const parsed = JSON.parse(request?.body ?? '');
      const alerts = kind === 'webhook' ? parsed.alerts : parsed;
      expect(alerts).toHaveLength(1);
      const names = Object.keys(alerts[0].labels).filter((name) => alerts[0].labels[name] !== '');
      const wanted = ['rule', 'severity', 'service', 'template', 'alertname'];
      expect(wanted).toEqual(expect.arrayContaining(names));
      expect(alerts[0].labels.alertname).toBe('order-errors');
      const annotations = Object.keys({ detail: '', ...alerts[0].annotations });
      expect(annotations.toSorted()).toEqual(['description', 'detail', 'runbook_url', 'summary']);
      expect(JSON.stringify(alerts)).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]|\\u001b|\\r/);
      for (const header of Object.values(request?.headers ?? {})) expect(header).not.toMatch(/[\r\n]/);
      expect(bytes(request?.body ?? '')).toBeLessThanOrEqual(512_000);
    }
  });
});

function expectQuietSlack(body: Record<string, unknown>, line: string): void {
  const where = line.slice(0, 80);
  expect(body.text, where).not.toMatch(/[<>]|:\/\//);
  const [attachment] = (body.attachments ?? []) as { blocks: Record<string, unknown>[] }[];
  const blocks = attachment?.blocks ?? [];
  expect(blocks.length).toBeLessThanOrEqual(50);
  for (const text of textsIn(blocks)) {
    if (text.type === 'mrkdwn') {
      const addresses = [...text.text.matchAll(/<([^|>]*)\|[^<>]*>/g)].map(([, address = '']) => address);
      expect(text.text.replace(/<[^|>]*\|[^<>]*>/g, '')).toMatch(/^[ ·]*$/);
      for (const address of addresses) expect(address === RUNBOOK || CONSOLE.test(address), where).toBe(true);
    }
    if (text.type === 'plain_text') expect(text.text, where).not.toMatch(/[<>]/);
    expect(text.text.length).toBeLessThanOrEqual(12_000);
  }
  for (const block of blocks) {
    const { text, fields = [] } = block as { text?: { text: string }; fields?: { text: string }[] };
    expect(text?.text.length ?? 1).toBeLessThanOrEqual(3000);
    expect(text?.text.length ?? 1).toBeGreaterThan(0);
    expect(fields.length).toBeLessThanOrEqual(10);
    for (const field of fields) expect(field.text.length).toBeLessThanOrEqual(2000);
  }
}

function textsIn(node: unknown): { type: string; text: string }[] {
  if (typeof node !== 'object' || node === null) return [];
  const own =
    'type' in node && 'text' in node && typeof node.text === 'string'
      ? [node as { type: string; text: string }]
      : [];
  return [...own, ...Object.values(node).flatMap(textsIn)];
}
