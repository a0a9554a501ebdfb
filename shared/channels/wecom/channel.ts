import { attemptWith } from '../attempt.ts';
import type { Channel, ChannelContext, Outcome } from '../channel.ts';
import { failureOutcome } from '../failure.ts';
import { messageFor } from '../message.ts';
import { turnAt } from '../turn.ts';
import { judgeAnswer } from './answer.ts';
import { bodyOf, callOf } from './request.ts';
import { type WecomSettings, wecomSchema } from './settings.ts';

async function post(url: string, body: string, timeoutMs: number, context: ChannelContext): Promise<Outcome> {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  const response = await context.transport.request({ method: 'POST', url, headers, body, timeoutMs });
  return judgeAnswer(response, context.clock());
}

/** The message has arrived: a call that fails makes no second copy of it. */
async function call(url: string, body: string, timeoutMs: number, context: ChannelContext): Promise<Outcome> {
  try {
    return await post(url, body, timeoutMs, context);
  } catch (error) {
    return failureOutcome(error);
  }
}

/** WeCom, "Group robot configuration: frequency": 20 a minute; calling people takes a second message. */
const RATE = { everyMs: 6000, burst: 3, words: 'the robot takes 20 messages a minute' };

/** A group robot of WeCom. */
export const wecomChannel: Channel<WecomSettings> = {
  kind: 'wecom',
  schema: wecomSchema,
  deliver: (notification, settings, context) =>
    attemptWith({ webhook: settings.webhook }, context, async ({ webhook }, { transport }) => {
      if (webhook === null || !URL.canParse(webhook)) {
        return { outcome: 'failed', reason: 'the WeCom webhook is no web address' };
      }
      const wait = await turnAt(webhook, RATE, notification.id, context);
      if (wait !== null) return wait;
      const message = messageFor(notification, settings, context.timeZone);
      const sent = await post(webhook, bodyOf(message, settings), settings.timeoutMs, {
        ...context,
        transport,
      });
      const calling = callOf(message, settings);
      if (sent.outcome !== 'delivered' || calling === null) return sent;
      const called = await call(webhook, calling, settings.timeoutMs, { ...context, transport });
      if (called.outcome === 'delivered') return sent;
      return { outcome: 'delivered', reference: `nobody was mentioned: ${called.reason}` };
    }),
};
