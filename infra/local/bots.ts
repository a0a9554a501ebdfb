/** Which Feishu bots the stand-in knows: those of the configuration in force. */

import type { FeishuSettings } from '../../shared/channels/feishu/settings.ts';
import type { Configuration } from '../../shared/config/model.ts';
import { parseSecret } from '../../shared/config/secrets.ts';
import type { Secrets } from '../../shared/ports.ts';
import type { Bot } from './feishu/hook.ts';

/** Bots by the token at the end of their webhook, signature and keyword as the receivers have them. */
export async function botsOf({ receivers }: Configuration, secrets: Secrets): Promise<Map<string, Bot>> {
  const bots = new Map<string, Bot>();
  const channels = receivers.flatMap(({ name, channels }) =>
    channels.map((channel) => ({ name, ...channel })),
  );
  for (const { name, settings } of channels.filter(({ kind }) => kind === 'feishu')) {
    const { webhook, secret, keyword } = settings as unknown as FeishuSettings;
    const url = await secretValue(webhook, secrets);
    const signature = secret === null ? null : await secretValue(secret, secrets);
    bots.set(tokenOf(url), {
      name,
      ...(signature === null ? {} : { secret: signature }),
      ...(keyword === null ? {} : { keyword }),
    });
  }
  return bots;
}

async function secretValue(text: string, secrets: Secrets): Promise<string> {
  const reference = parseSecret(text);
  return reference === null ? text : await secrets.get(reference.name, reference.key);
}

function tokenOf(webhook: string): string {
  return webhook.split('/').at(-1) ?? '';
}
