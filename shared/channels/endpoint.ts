import { digest } from '../alerts/identity.ts';
import type { ChannelConfig } from '../config/model.ts';

/** The settings that say where a channel sends to, as they are written; SES and SNS are one place for all. */
const PLACES = ['webhook', 'url', 'routingKey', 'bus', 'smtp'];

/** Names where a channel sends to: channels of several receivers that send to the same place have the same name. */
export function endpointOf({ kind, settings }: ChannelConfig): string {
  const written = settings as unknown as Record<string, unknown>;
  return digest([kind, PLACES.map((name) => written[name] ?? null)]);
}
