import type { Channel, ChannelContext, Outcome } from '../channel.ts';
import { failureOutcome } from '../failure.ts';
import { messageFor } from '../message.ts';
import { maskOutcome } from '../secrecy.ts';
import { judgeTextError } from './answer.ts';
import { type SmsSettings, smsSchema } from './settings.ts';
import { renderText } from './text.ts';

/** A number as it may stand in a log: its last digits. */
function shown(number: string): string {
  return `…${number.slice(-4)}`;
}

async function sendTo(
  number: string,
  text: string,
  timeoutMs: number,
  context: ChannelContext,
): Promise<Outcome> {
  if (context.texts === undefined) {
    return { outcome: 'failed', reason: 'text messages cannot be sent from here' };
  }
  try {
    const { messageId } = await context.texts.send(number, text, timeoutMs);
    return { outcome: 'delivered', reference: messageId };
  } catch (error) {
    const outcome = judgeTextError(error);
    if (outcome.outcome === 'delivered') return outcome;
    return { ...outcome, reason: `${shown(number)}: ${outcome.reason}` };
  }
}

/** What became of all numbers: one that may be reached later has all of them tried again. */
function together(outcomes: Outcome[]): Outcome {
  const reasons = outcomes.flatMap((one) => (one.outcome === 'delivered' ? [] : [one.reason]));
  if (reasons.length === 0) {
    const references = outcomes.flatMap((one) =>
      'reference' in one && one.reference !== null ? [one.reference] : [],
    );
    return { outcome: 'delivered', reference: references.join(' ') };
  }
  const isPassing = outcomes.some(({ outcome }) => outcome === 'retry');
  const reason = reasons.join('; ');
  return isPassing ? { outcome: 'retry', afterMs: null, reason } : { outcome: 'failed', reason };
}

/** Text messages through AWS, one segment each. */
export const smsChannel: Channel<SmsSettings> = {
  kind: 'sms',
  schema: smsSchema,
  async deliver(notification, settings, context) {
    try {
      const text = renderText(messageFor(notification, settings, context.timeZone));
      const sends = settings.to.map((number) => sendTo(number, text, settings.timeoutMs, context));
      return maskOutcome(together(await Promise.all(sends)), settings.to);
    } catch (error) {
      return failureOutcome(error);
    }
  },
};
