import * as z from 'zod';
import { channelOptionShape, channelOptions } from '../../config/channel-options.ts';
import { secretSchema } from '../../config/secrets.ts';

/** A group robot of WeCom (contract §1.4). */
export const wecomSchema = z
  .strictObject({
    ...channelOptionShape,
    webhook: secretSchema.describe("The robot's address"),
    mention: z.array(z.string().min(1)).default([]).describe('User ids to mention, or all'),
  })
  .transform(channelOptions);
