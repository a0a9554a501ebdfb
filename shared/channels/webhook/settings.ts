import * as z from 'zod';
import { channelOptionShape, channelOptions } from '../../config/schema/channel-options.ts';
import { secretSchema } from '../../config/secrets.ts';
import { addressSchema } from '../address.ts';

/** A signed request in Alertmanager's webhook format (contract §1.4). */
export const webhookSchema = z
  .strictObject({
    ...channelOptionShape,
    url: addressSchema.describe('Where to post, an https address or secret:NAME'),
    secret: secretSchema
      .nullable()
      .default(null)
      .describe('Key of the signature; without it requests are unsigned'),
  })
  .transform(channelOptions);

export type WebhookSettings = z.output<typeof webhookSchema>;
