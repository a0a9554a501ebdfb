/** What the robots and webhooks of chats check, and how they answer; limits and codes as their documentation has them. */
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { bytes, type Judge, parsed, refusal, taken } from './checks.ts';

const HOUR_MS = 3_600_000;

const robot = (errcode: number, errmsg: string) => JSON.stringify({ errcode, errmsg });

const dingtalkBody = z.strictObject({
  msgtype: z.literal('markdown'),
  markdown: z.strictObject({ title: z.string().min(1), text: z.string().min(1) }),
  at: z.strictObject({
    isAtAll: z.boolean(),
    atMobiles: z.array(z.string()),
    atUserIds: z.array(z.string()),
  }),
});

export const dingtalk: Judge = ({ url, body }, secret, nowMs) => {
  if (secret !== null) {
    const timestamp = url.searchParams.get('timestamp') ?? '';
    const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
    if (Math.abs(Number(timestamp) - nowMs) > HOUR_MS)
      return refusal(200, robot(310000, 'invalid timestamp'), '310000 invalid timestamp');
    if (url.searchParams.get('sign') !== sign)
      return refusal(200, robot(310000, 'sign not match'), '310000 sign not match');
  }
  if (bytes(body) > 20_000) return refusal(200, robot(460101, 'message too long'), '460101 message too long');
  const message = parsed(dingtalkBody, body);
  if ('refused' in message)
    return refusal(200, robot(40035, 'invalid parameter'), `40035 ${message.refused}`);
  return taken(200, robot(0, 'ok'));
};

const wecomBody = z.union([
  z.strictObject({
    msgtype: z.literal('markdown'),
    markdown: z.strictObject({ content: z.string().min(1) }),
  }),
  z.strictObject({
    msgtype: z.literal('markdown_v2'),
    markdown_v2: z.strictObject({ content: z.string().min(1) }),
  }),
  z.strictObject({
    msgtype: z.literal('text'),
    text: z.strictObject({
      content: z.string().min(1),
      mentioned_list: z.array(z.string()),
      mentioned_mobile_list: z.array(z.string()),
    }),
  }),
]);

export const wecom: Judge = ({ body }) => {
  const message = parsed(wecomBody, body);
  if ('refused' in message)
    return refusal(200, robot(40058, 'invalid Request Parameter'), `40058 ${message.refused}`);
  const { value } = message;
  const [content, limit] =
    value.msgtype === 'text'
      ? [value.text.content, 2048]
      : [value.msgtype === 'markdown' ? value.markdown.content : value.markdown_v2.content, 4096];
  if (bytes(content) > limit) {
    const why = `${value.msgtype}.content exceed max length ${limit}`;
    return refusal(200, robot(40058, why), `40058 ${why}`);
  }
  return taken(200, robot(0, 'ok'));
};

const slackText = z.object({ type: z.enum(['plain_text', 'mrkdwn']), text: z.string().min(1).max(3000) });
const slackBody = z.object({
  text: z.string().min(1).max(40_000),
  attachments: z
    .array(
      z.object({
        blocks: z
          .array(
            z.object({
              type: z.enum(['section', 'context', 'rich_text', 'header', 'divider']),
              text: slackText.optional(),
              fields: z
                .array(slackText.refine(({ text }) => text.length <= 2000))
                .max(10)
                .optional(),
            }),
          )
          .max(50),
      }),
    )
    .optional(),
});

export const slack: Judge = ({ body }) => {
  const message = parsed(slackBody, body);
  return 'refused' in message
    ? refusal(400, 'invalid_payload', `invalid_payload: ${message.refused}`)
    : taken(200, 'ok');
};
