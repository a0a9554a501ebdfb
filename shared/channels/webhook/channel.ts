import { splitAddress } from '../address.ts';
import { attemptWith } from '../attempt.ts';
import type { Channel } from '../channel.ts';
import { answerText, judgeStatus } from '../http-answer.ts';
import { messageFor } from '../message.ts';
import { renderWebhook } from './request.ts';
import { type WebhookSettings, webhookSchema } from './settings.ts';
import { signatureHeaders } from './sign.ts';

/** A request in Alertmanager's webhook format, which its receivers take unchanged. */
export const webhookChannel: Channel<WebhookSettings> = {
  kind: 'webhook',
  schema: webhookSchema,
  deliver: (notification, settings, context) =>
    attemptWith(
      { url: settings.url, secret: settings.secret },
      context,
      async ({ url, secret }, { transport }) => {
        const address = splitAddress(url ?? '');
        if (address === null)
          return { outcome: 'failed', reason: 'the url of the webhook is no web address' };
        const message = messageFor(notification, settings, context.timeZone);
        const body = renderWebhook(notification, message, settings.body);
        const now = context.clock();
        const response = await transport.request({
          method: 'POST',
          url: address.url.href,
          headers: {
            'content-type': 'application/json',
            'user-agent': 'tocsin',
            // The same on every copy, so that receivers can tell copies.
            'x-tocsin-notification': encodeURIComponent(notification.id),
            ...address.headers,
            ...(secret === null ? {} : signatureHeaders(body, secret, now)),
          },
          body,
          timeoutMs: settings.timeoutMs,
        });
        return judgeStatus(address.url.host, response, context.clock(), answerText(response.body));
      },
    ),
};
