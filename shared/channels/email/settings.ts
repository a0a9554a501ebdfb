import * as z from 'zod';
import { channelOptionShape, channelOptions } from '../../config/schema/channel-options.ts';
import { secretSchema } from '../../config/secrets.ts';

const ADDRESS =
  /^(?:[^<>"@,;:\p{Cc}]{1,100} <[^\s<>@,;:"()]{1,64}@[A-Za-z0-9.-]{1,255}>|[^\s<>@,;:"()]{1,64}@[A-Za-z0-9.-]{1,255})$/u;

const address = z.string({ error: 'an e-mail address' }).refine((text) => ADDRESS.test(text), {
  error: 'is no e-mail address',
  params: { expected: 'ops@example.com or Ops <ops@example.com>' },
});

/** SES takes 50 recipients a message, To and Cc together. */
const RECIPIENTS_MAX = 50;

/** Mail through SES (contract §1.4). */
export const emailSchema = z
  .strictObject({
    ...channelOptionShape,
    to: z.array(address).min(1).max(RECIPIENTS_MAX).describe('Recipients'),
    cc: z.array(address).default([]).describe('Recipients of a copy'),
    from: address.nullable().default(null).describe("Sender; default: the stack's"),
    replyTo: z
      .union([address.transform((one) => [one]), z.array(address)])
      .default([])
      .describe('Where answers go'),
    smtp: secretSchema
      .nullable()
      .default(null)
      .describe(
        'An SMTP server instead of SES: smtps://USER:PASSWORD@HOST:465, or smtp://…:587 with STARTTLS',
      ),
  })
  .refine(({ to, cc }) => to.length + cc.length <= RECIPIENTS_MAX, {
    error: `has more than ${RECIPIENTS_MAX} recipients in to and cc`,
    params: { expected: `at most ${RECIPIENTS_MAX}; use a mailing list or a second entry` },
  })
  .transform(channelOptions);

export type EmailSettings = z.output<typeof emailSchema>;
