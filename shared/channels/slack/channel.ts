import { attemptWith } from '../attempt.ts';
import type { Channel, ChannelContext, Outcome } from '../channel.ts';
import type { Message } from '../message.ts';
import { messageFor } from '../message.ts';
import { judgeAnswer } from './answer.ts';
import { bodyOf, FORMS } from './request.ts';
import { type SlackSettings, slackSchema } from './settings.ts';

/** As blocks, and as text where they are refused. */
async function sendForms(
  message: Message,
  webhook: string,
  timeoutMs: number,
  { transport, clock }: ChannelContext,
): Promise<Outcome> {
  const refusals: string[] = [];
  for (const form of FORMS) {
    const response = await transport.request({
      method: 'POST',
      url: webhook,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: bodyOf(message, form),
      timeoutMs,
    });
    const verdict = judgeAnswer(response, clock());
    if (verdict.outcome === 'delivered' && refusals.length > 0)
      return { outcome: 'delivered', reference: `sent as ${form}` };
    if (verdict.outcome !== 'simplify') return verdict;
    refusals.push(`${form}: ${verdict.reason}`);
  }
  return { outcome: 'failed', reason: refusals.join('; ') };
}

/** An incoming webhook of Slack. */
export const slackChannel: Channel<SlackSettings> = {
  kind: 'slack',
  schema: slackSchema,
  deliver: (notification, settings, context) =>
    attemptWith({ webhook: settings.webhook }, context, async ({ webhook }, { transport }) => {
      if (webhook === null || !URL.canParse(webhook))
        return { outcome: 'failed', reason: 'the Slack webhook is no web address' };
      const message = messageFor(notification, settings, context.timeZone);
      return await sendForms(message, webhook, settings.timeoutMs, { ...context, transport });
    }),
};
