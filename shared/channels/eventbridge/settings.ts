import * as z from 'zod';
import { channelOptionShape, channelOptions } from '../../config/schema/channel-options.ts';

const BUS = /^(?:arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/)?[A-Za-z0-9._/-]{1,256}$/;

/** An event bus (contract §1.4). */
export const eventbridgeSchema = z
  .strictObject({
    ...channelOptionShape,
    bus: z
      .string({ error: 'name or ARN of an event bus' })
      .refine((text) => BUS.test(text), {
        error: 'is no event bus',
        params: { expected: 'a name such as default, or an ARN' },
      })
      .describe('Name or ARN of the event bus; the stack must be allowed to put events on it (eventBuses)'),
  })
  .transform(channelOptions);

export type EventbridgeSettings = z.output<typeof eventbridgeSchema>;
