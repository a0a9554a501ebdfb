import { splitAddress } from '../address.ts';
import { attemptWith } from '../attempt.ts';
import type { Channel } from '../channel.ts';
import { answerText, judgeStatus } from '../http-answer.ts';
import { messageFor } from '../message.ts';
import { postableAlerts } from './request.ts';
import { type AlertmanagerSettings, alertmanagerSchema } from './settings.ts';

/** An existing Alertmanager that takes over the alerts. */
export const alertmanagerChannel: Channel<AlertmanagerSettings> = {
  kind: 'alertmanager',
  schema: alertmanagerSchema,
  deliver: (notification, settings, context) =>
    attemptWith({ url: settings.url }, context, async ({ url }, { transport }) => {
      const address = splitAddress(url ?? '');
      if (address === null)
        return { outcome: 'failed', reason: 'the url of the Alertmanager is no web address' };
      address.url.pathname = `${address.url.pathname.replace(/\/+$/, '')}/api/v2/alerts`;
      const message = messageFor(notification, settings, context.timeZone);
      const response = await transport.request({
        method: 'POST',
        url: address.url.href,
        headers: { 'content-type': 'application/json', ...address.headers },
        body: JSON.stringify(postableAlerts(notification, message, settings.body)),
        timeoutMs: settings.timeoutMs,
      });
      return judgeStatus('Alertmanager', response, context.clock(), answerText(response.body));
    }),
};
