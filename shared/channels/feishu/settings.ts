import * as z from 'zod';
import { channelOptionShape, channelOptions } from '../../config/schema/channel-options.ts';
import { secretSchema } from '../../config/secrets.ts';

const MENTION = /^(?:all|[A-Za-z0-9_-]{1,128})$/;

/** Feishu knows people by open_id or user_id only; an e-mail address would have the whole card refused. */
const mention = z
  .array(
    z.string({ error: 'all, an open_id (ou_…) or a user_id' }).refine((text) => MENTION.test(text), {
      error: 'cannot be mentioned by a custom bot',
      params: { expected: 'all, an open_id (ou_…) or a user_id' },
    }),
  )
  .max(20)
  .default([]);

/** A custom bot of a Feishu or Lark group (contract §1.4). */
export const feishuSchema = z
  .strictObject({
    ...channelOptionShape,
    webhook: secretSchema.describe("The bot's address, https://open.feishu.cn/open-apis/bot/v2/hook/TOKEN"),
    secret: secretSchema.nullable().default(null).describe("The bot's signature key, where it has one"),
    keyword: z
      .string({ error: "one of the bot's keywords" })
      .min(1)
      .max(50)
      .nullable()
      .default(null)
      .describe("One of the bot's keywords; every message then holds it"),
    mention: z
      .strictObject({ critical: mention, error: mention, warning: mention, info: mention })
      .prefault({})
      .describe('Whom to mention by severity, never on resolved'),
  })
  .transform(channelOptions);

export type FeishuSettings = z.output<typeof feishuSchema>;
