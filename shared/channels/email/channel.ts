import type { Notification } from '../../alerts/notification.ts';
import type { Mail } from '../../ports.ts';
import type { Channel, ChannelContext, Outcome } from '../channel.ts';
import { maskOutcome, resolveSecret } from '../secrecy.ts';
import { judgeMailError } from './answer.ts';
import { renderMail } from './mail.ts';
import { type EmailSettings, emailSchema } from './settings.ts';

const SMTP_MISSING = 'mail over SMTP cannot be sent from here: without smtp it goes through SES';

async function deliver(
  notification: Notification,
  settings: EmailSettings,
  context: ChannelContext,
): Promise<Outcome> {
  const from = settings.from ?? context.defaultFrom;
  if (from === undefined) {
    return { outcome: 'failed', reason: 'the mail has no sender: set from in the receiver or in the stack' };
  }
  const server = { address: '' };
  try {
    const mail = renderMail(notification, settings, from, context.timeZone, context.delivery);
    if (settings.smtp === null) return taken(await context.mailer.send(mail, settings.timeoutMs));
    server.address = await resolveSecret(settings.smtp, context.secrets);
    return maskOutcome(await overSmtp(mail, server.address, settings, context), secretsOf(server.address));
  } catch (error) {
    return maskOutcome(judgeMailError(error), secretsOf(server.address));
  }
}

async function overSmtp(
  mail: Mail,
  server: string,
  { timeoutMs }: EmailSettings,
  { smtp }: ChannelContext,
): Promise<Outcome> {
  if (smtp === undefined) return { outcome: 'failed', reason: SMTP_MISSING };
  return taken(await smtp.send(server, mail, timeoutMs));
}

function taken({ messageId }: { messageId: string }): Outcome {
  return { outcome: 'delivered', reference: messageId };
}

/** The address as a whole, and the password in it, as it is written and as it is meant. */
function secretsOf(address: string): string[] {
  const password = URL.canParse(address) ? new URL(address).password : '';
  return [address, password, decodeURIComponent(password)];
}

/** Mail through SES, or through an SMTP server. */
export const emailChannel: Channel<EmailSettings> = { kind: 'email', schema: emailSchema, deliver };
