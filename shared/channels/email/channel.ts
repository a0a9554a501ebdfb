import type { Notification } from '../../alerts/notification.ts';
import type { Channel, ChannelContext, Outcome } from '../channel.ts';
import { judgeMailError } from './answer.ts';
import { renderMail } from './mail.ts';
import { type EmailSettings, emailSchema } from './settings.ts';

async function deliver(
  notification: Notification,
  settings: EmailSettings,
  context: ChannelContext,
): Promise<Outcome> {
  if (settings.smtp !== null) {
    return {
      outcome: 'failed',
      reason: 'mail over SMTP is not available yet: without smtp it goes through SES',
    };
  }
  const from = settings.from ?? context.defaultFrom;
  if (from === undefined) {
    return { outcome: 'failed', reason: 'the mail has no sender: set from in the receiver or in the stack' };
  }
  try {
    const mail = renderMail(notification, settings, from, context.timeZone);
    const { messageId } = await context.mailer.send(mail, settings.timeoutMs);
    return { outcome: 'delivered', reference: messageId };
  } catch (error) {
    return judgeMailError(error);
  }
}

/** Mail through SES. */
export const emailChannel: Channel<EmailSettings> = { kind: 'email', schema: emailSchema, deliver };
