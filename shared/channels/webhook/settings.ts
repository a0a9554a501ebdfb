import * as z from 'zod';
import { channelOptionShape, channelOptions } from '../../config/channel-options.ts';
import { secretSchema } from '../../config/secrets.ts';

/** A signed request in Alertmanager's webhook format (contract §1.4). */
export const webhookSchema = z
  .strictObject({
    ...channelOptionShape,
    url: secretSchema.describe('Where to post, an https address'),
    secret: secretSchema.nullable().default(null).describe('Key of the signature'),
  })
  .transform(channelOptions);
