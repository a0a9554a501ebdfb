/** Every channel that answers over HTTP, with settings that name its secrets, and what may be answered. */
import type { Channel } from '../../shared/channels/channel.ts';
import { deliverableChannels } from '../../shared/channels/registry.ts';
import type { ChannelKind } from '../../shared/config/model.ts';
import { sampleNotification } from './sample-notification.ts';
import { type Answer, scriptedOutside } from './scripted-outside.ts';

export const TOKEN = '4f9a0c7be21d48d3a6c5';
export const KEY = 'SEC-a-key-that-nobody-may-see-1';
export const SECRETS = {
  bot: `https://open.feishu.cn/open-apis/bot/v2/hook/${TOKEN}`,
  hook: `https://hooks.example.com/services/T00/B00/${TOKEN}?access_token=${TOKEN}`,
  address: `https://user:${KEY}@alerts.example.com/in/${TOKEN}`,
  key: KEY,
  routing: TOKEN,
};

/** By kind, as a document has them. */
export const SETTINGS: Partial<Record<ChannelKind, Record<string, unknown>>> = {
  feishu: { webhook: 'secret:bot', secret: 'secret:key' },
  webhook: { url: 'secret:address', secret: 'secret:key' },
  dingtalk: { webhook: 'secret:hook', secret: 'secret:key' },
  wecom: { webhook: 'secret:hook' },
  slack: { webhook: 'secret:hook' },
  pagerduty: { routingKey: 'secret:routing' },
  alertmanager: { url: 'secret:address' },
};
export const KINDS = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[];

/** Sends a sample once; `changes` are settings. */
export async function deliver(kind: ChannelKind, answers: Answer[], changes: Record<string, unknown> = {}) {
  const { context, requests } = scriptedOutside(answers, SECRETS);
  const channel = deliverableChannels[kind] as Channel;
  const settings = channel.schema.parse({ ...SETTINGS[kind], ...changes });
  return { outcome: await channel.deliver(sampleNotification(), settings, context), requests };
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: JSON.stringify(body),
});
export const text = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body,
});
