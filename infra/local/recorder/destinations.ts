/** Where the channels of a configuration send to, and what stands in for secrets that nobody set. */
import { createHash } from 'node:crypto';
import { resolveSecret } from '../../../shared/channels/secrecy.ts';
import type { ChannelConfig, Configuration } from '../../../shared/config/model.ts';
import { parseSecret } from '../../../shared/config/secrets.ts';
import type { Secrets } from '../../../shared/ports.ts';

/** One channel that posts to an address. */
export interface Destination {
  receiver: string;
  /** Without what is added to each request. */
  address: string;
  /** Key of its signatures; null: requests are unsigned. */
  secret: string | null;
}

/** The settings that name an address, and what an address of that channel looks like. */
const ADDRESSES: Partial<Record<ChannelConfig['kind'], { setting: string; like: (name: string) => string }>> =
  {
    dingtalk: {
      setting: 'webhook',
      like: (name) => `https://oapi.dingtalk.com/robot/send?access_token=${name}`,
    },
    wecom: {
      setting: 'webhook',
      like: (name) => `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${name}`,
    },
    slack: { setting: 'webhook', like: (name) => `https://hooks.slack.com/services/T0/B0/${name}` },
    webhook: { setting: 'url', like: (name) => `https://webhook.example.com/${name}` },
    alertmanager: { setting: 'url', like: (name) => `https://alertmanager.example.com/${name}` },
    pagerduty: {
      setting: 'routingKey',
      like: (name) => createHash('sha256').update(name).digest('hex').slice(0, 32),
    },
  };

/** The address without the parameters of a signature. */
export function plainAddress(text: string): string {
  const url = new URL(text);
  for (const name of ['timestamp', 'sign']) url.searchParams.delete(name);
  url.username = '';
  url.password = '';
  return url.href;
}

function textOf(channel: ChannelConfig, setting: string): string | null {
  const value: unknown = (channel.settings as unknown as Record<string, unknown>)[setting];
  return typeof value === 'string' ? value : null;
}

/** What a secret that nobody set is taken to be, by its reference as it is written; Feishu has its own. */
export function inventedSecrets({ receivers }: Configuration): Map<string, string> {
  const invented = new Map<string, string>();
  for (const channel of receivers.flatMap(({ channels }) => channels)) {
    const shape = ADDRESSES[channel.kind];
    const text = shape === undefined ? null : textOf(channel, shape.setting);
    const reference = text === null ? null : parseSecret(text);
    if (shape === undefined || text === null || reference === null) continue;
    const { name, key } = reference;
    invented.set(text, shape.like(encodeURIComponent(key === null ? name : `${name}-${key}`)));
  }
  return invented;
}

/** Every channel of the configuration that posts to an address of its own. */
export async function destinationsOf({ receivers }: Configuration, secrets: Secrets): Promise<Destination[]> {
  const destinations: Destination[] = [];
  for (const { name: receiver, channels } of receivers) {
    for (const channel of channels) {
      const shape = ADDRESSES[channel.kind];
      const text = shape === undefined ? null : textOf(channel, shape.setting);
      const secret = textOf(channel, 'secret');
      if (text === null) continue;
      const address = await resolveSecret(text, secrets);
      if (!URL.canParse(address)) continue;
      destinations.push({
        receiver,
        address: plainAddress(address),
        secret: secret === null ? null : await resolveSecret(secret, secrets),
      });
    }
  }
  return destinations;
}
