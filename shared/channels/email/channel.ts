import type { Notification } from '../../alerts/notification.ts';
import { attemptWith } from '../attempt.ts';
import type { Channel, ChannelContext, Outcome } from '../channel.ts';
import { judgeMailError } from './answer.ts';
import { renderMail } from './mail.ts';
import { type EmailSettings, emailSchema } from './settings.ts';

const SENDER_MISSING = 'the mail has no sender: set from in the receiver or in the stack';
const SMTP_MISSING = 'mail over SMTP cannot be sent from here: without smtp it goes through SES';

async function send(
  notification: Notification,
  from: string,
  settings: EmailSettings,
  server: string | null,
  context: ChannelContext,
): Promise<Outcome> {
  const { mailer, smtp, timeZone, delivery } = context;
  try {
    const mail = renderMail(notification, settings, from, timeZone, delivery);
    if (server === null) return taken(await mailer.send(mail, settings.timeoutMs));
    if (smtp === undefined) return { outcome: 'failed', reason: SMTP_MISSING };
    return taken(await smtp.send(server, mail, settings.timeoutMs));
  } catch (error) {
    return judgeMailError(error);
  }
}

function taken({ messageId }: { messageId: string }): Outcome {
  return { outcome: 'delivered', reference: messageId };
}

/** Mail through SES, or through an SMTP server. */
export const emailChannel: Channel<EmailSettings> = {
  kind: 'email',
  schema: emailSchema,
  deliver: (notification, settings, context) =>
    attemptWith({ smtp: settings.smtp }, context, async ({ smtp }, outside) => {
      const from = settings.from ?? context.defaultFrom;
      if (from === undefined) return { outcome: 'failed', reason: SENDER_MISSING };
      return await send(notification, from, settings, smtp, outside);
    }),
};
