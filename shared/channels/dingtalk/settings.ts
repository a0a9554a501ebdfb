import * as z from 'zod';
import { channelOptionShape, channelOptions } from '../../config/channel-options.ts';
import { secretSchema } from '../../config/secrets.ts';

/** A custom robot of DingTalk (contract §1.4). */
export const dingtalkSchema = z
  .strictObject({
    ...channelOptionShape,
    webhook: secretSchema.describe("The robot's address"),
    secret: secretSchema.nullable().default(null).describe('Key of the signature'),
    mention: z.array(z.string().min(1)).default([]).describe('Phone numbers or user ids to mention, or all'),
  })
  .transform(channelOptions);
