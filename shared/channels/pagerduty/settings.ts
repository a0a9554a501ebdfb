import * as z from 'zod';
import { channelOptionShape, channelOptions } from '../../config/schema/channel-options.ts';
import { secretSchema } from '../../config/secrets.ts';

/** A service of PagerDuty, Events API v2 (contract §1.4). */
export const pagerdutySchema = z
  .strictObject({
    ...channelOptionShape,
    routingKey: secretSchema.describe("The integration's routing key, 32 characters"),
    region: z.enum(['us', 'eu']).default('us').describe('Where the PagerDuty account lives'),
  })
  .transform(channelOptions);

export type PagerdutySettings = z.output<typeof pagerdutySchema>;
