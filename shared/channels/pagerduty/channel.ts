import { attemptWith } from '../attempt.ts';
import type { Channel, Outcome } from '../channel.ts';
import { messageFor } from '../message.ts';
import { judgeAnswer } from './answer.ts';
import { actionsFor, eventOf } from './request.ts';
import { type PagerdutySettings, pagerdutySchema } from './settings.ts';

const ADDRESSES = {
  us: 'https://events.pagerduty.com/v2/enqueue',
  eu: 'https://events.eu.pagerduty.com/v2/enqueue',
} as const;

/** A service of PagerDuty. */
export const pagerdutyChannel: Channel<PagerdutySettings> = {
  kind: 'pagerduty',
  schema: pagerdutySchema,
  deliver: (notification, settings, context) =>
    attemptWith({ routingKey: settings.routingKey }, context, async ({ routingKey }, { transport }) => {
      const message = messageFor(notification, settings, context.timeZone);
      let outcome: Outcome = { outcome: 'delivered', reference: null };
      for (const action of actionsFor(notification)) {
        const response = await transport.request({
          method: 'POST',
          url: ADDRESSES[settings.region],
          headers: { 'content-type': 'application/json' },
          body: eventOf(notification, message, action, routingKey ?? ''),
          timeoutMs: settings.timeoutMs,
        });
        outcome = judgeAnswer(response, context.clock());
        if (outcome.outcome !== 'delivered') break;
      }
      return outcome;
    }),
};
