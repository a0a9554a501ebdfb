import * as z from 'zod';
import { channelOptionShape, channelOptions } from '../../config/channel-options.ts';

/** An event bus (contract §1.4). */
export const eventbridgeSchema = z
  .strictObject({
    ...channelOptionShape,
    bus: z.string({ error: 'name or ARN of an event bus' }).min(1).describe('Name or ARN of the event bus'),
  })
  .transform(channelOptions);
