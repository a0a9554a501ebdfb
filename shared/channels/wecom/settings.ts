import * as z from 'zod';
import { channelOptionShape, channelOptions } from '../../config/schema/channel-options.ts';
import { secretSchema } from '../../config/secrets.ts';
import { mentionSchema } from '../mention.ts';

const PEOPLE = /^(?:all|\d{6,15}|[A-Za-z0-9_.@-]{1,64})$/;

/** A group robot of WeCom (contract §1.4). */
export const wecomSchema = z
  .strictObject({
    ...channelOptionShape,
    webhook: secretSchema.describe(
      "The robot's address, https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=KEY",
    ),
    format: z
      .enum(['markdown', 'markdown_v2'])
      .default('markdown')
      .describe('markdown_v2 needs clients from 4.1.36 on'),
    mention: mentionSchema(PEOPLE, 'all, a user id or a phone number').describe(
      'Whom to mention, a list or lists by severity: user ids, phone numbers or all; never on resolved',
    ),
  })
  .transform(channelOptions);

export type WecomSettings = z.output<typeof wecomSchema>;
