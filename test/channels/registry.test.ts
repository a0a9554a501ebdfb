import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { channelSchemas, deliverableChannels } from '../../shared/channels/registry.ts';
import { CHANNEL_KINDS, type ChannelKind } from '../../shared/config/model.ts';

/** The receivers of the contract, one of each kind. */
const EXAMPLES: Record<ChannelKind, Record<string, unknown>> = {
  feishu: {
    webhook: 'secret:feishu-ops#webhook',
    secret: 'secret:feishu-ops#sign',
    keyword: '告警',
    mention: { critical: ['all'], error: ['ou_x'] },
  },
  email: {
    to: ['ops@example.com'],
    cc: [],
    from: 'alerts@example.com',
    replyTo: 'ops@example.com',
    smtp: 'secret:smtp',
  },
  webhook: { url: 'https://example.com/hook', secret: 'secret:hook' },
  dingtalk: { webhook: 'secret:ding', secret: 'secret:ding#sign', mention: ['all'] },
  wecom: { webhook: 'secret:wecom', mention: ['all'] },
  slack: { webhook: 'secret:slack' },
  pagerduty: { routingKey: 'secret:pagerduty' },
  sms: { to: ['+8613800000000'] },
  alertmanager: { url: 'https://alertmanager.example.com' },
  eventbridge: { bus: 'default' },
  sink: {},
};

describe('the channels of a receiver', () => {
  it.each(CHANNEL_KINDS)('%s parses with its common options, and nothing unknown', (kind) => {
    const options = {
      locale: 'en',
      timeZone: 'Asia/Shanghai',
      sendResolved: false,
      severities: ['critical'],
      timeout: '5s',
    };
    const parsed = channelSchemas[kind].parse({ ...EXAMPLES[kind], ...options });
    expect(parsed).toMatchObject({
      locale: 'en',
      sendResolved: false,
      severities: ['critical'],
      timeoutMs: 5000,
    });
    expect(channelSchemas[kind].safeParse({ ...EXAMPLES[kind], colour: 'red' }).success).toBe(false);
    // Only a sink asks for nothing.
    expect(channelSchemas[kind].safeParse({}).success).toBe(kind === 'sink');
  });

  it.each(CHANNEL_KINDS)('%s has a description for every key', (kind) => {
    const { properties } = z.toJSONSchema(channelSchemas[kind], { io: 'input' }) as {
      properties: Record<string, { description?: string }>;
    };
    for (const [key, property] of Object.entries(properties)) expect(property.description, key).toBeTruthy();
  });

  it('deliver under their own kind', () => {
    expect(Object.keys(deliverableChannels)).toEqual([...CHANNEL_KINDS]);
    for (const [kind, channel] of Object.entries(deliverableChannels)) {
      expect(channel.kind).toBe(kind);
      expect(channel.schema).toBe(channelSchemas[channel.kind]);
    }
  });

  it.each([
    ['feishu', { webhook: 'secret:x', mention: { critical: ['boss@example.com'] } }],
    ['feishu', { webhook: 'secret:x', mention: { fatal: ['all'] } }],
    ['feishu', { webhook: 'secret:' }],
    ['email', { to: [] }],
    ['email', { to: ['nobody'] }],
    ['email', { to: ['a@example.com\r\nBcc: b@example.com'] }],
    ['email', { to: Array(51).fill('a@example.com') }],
    ['sms', { to: ['13800000000'] }],
  ] as const)('%s refuses %j', (kind, settings) => {
    expect(channelSchemas[kind].safeParse(settings).success).toBe(false);
  });
});
