import { attemptWith } from '../attempt.ts';
import type { Channel } from '../channel.ts';
import { messageFor } from '../message.ts';
import { turnAt } from '../turn.ts';
import { judgeAnswer } from './answer.ts';
import { bodyOf } from './request.ts';
import { type DingtalkSettings, dingtalkSchema } from './settings.ts';
import { signedUrl } from './sign.ts';

/** DingTalk, "Custom robot: frequency": 20 a minute, and none for ten minutes beyond that. */
const RATE = { everyMs: 4000, burst: 5, words: 'the robot takes 20 messages a minute' };

/** A custom robot of a DingTalk group. */
export const dingtalkChannel: Channel<DingtalkSettings> = {
  kind: 'dingtalk',
  schema: dingtalkSchema,
  deliver: (notification, settings, context) =>
    attemptWith(
      { webhook: settings.webhook, secret: settings.secret },
      context,
      async ({ webhook, secret }, { transport }) => {
        if (webhook === null || !URL.canParse(webhook)) {
          return { outcome: 'failed', reason: 'the DingTalk webhook is no web address' };
        }
        const wait = await turnAt(webhook, RATE, notification.id, context);
        if (wait !== null) return wait;
        const message = messageFor(notification, settings, context.timeZone);
        const response = await transport.request({
          method: 'POST',
          url: signedUrl(webhook, secret, context.clock()),
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: bodyOf(message, settings),
          timeoutMs: settings.timeoutMs,
        });
        return judgeAnswer(response, context.clock());
      },
    ),
};
