import * as z from 'zod';
import { channelOptionShape, channelOptions } from '../../config/schema/channel-options.ts';
import type { Channel } from '../channel.ts';

/** Takes every message and does nothing with it: the end of the heartbeat's way. */
export const sinkSchema = z.strictObject(channelOptionShape).transform(channelOptions);

export const sinkChannel: Channel = {
  kind: 'sink',
  schema: sinkSchema,
  deliver: async () => ({ outcome: 'delivered', reference: null }),
};
