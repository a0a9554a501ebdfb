import * as z from 'zod';
import { channelOptionShape, channelOptions } from '../../config/schema/channel-options.ts';

const NUMBERS_MAX = 20;

/** Text messages through AWS (contract §1.4). */
export const smsSchema = z
  .strictObject({
    ...channelOptionShape,
    to: z
      .array(
        z
          .string({ error: 'a phone number such as +8613800000000' })
          .refine((text) => /^\+[1-9]\d{6,14}$/.test(text), {
            error: 'is no phone number in E.164 form',
            params: { expected: 'a number such as +8613800000000' },
          }),
      )
      .min(1)
      .max(NUMBERS_MAX)
      .describe('Phone numbers in E.164 form'),
  })
  .transform(channelOptions);

export type SmsSettings = z.output<typeof smsSchema>;
