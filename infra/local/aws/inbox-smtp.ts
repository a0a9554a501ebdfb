import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SesMailer } from '../../../shared/aws/mailer.ts';
import type { SmtpSender } from '../../../shared/ports.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from './dynamo.ts';

/** Takes what is meant for any SMTP server into the inbox on this machine (`sesUrl`). */
export function inboxAsSmtp(sesUrl: string): SmtpSender {
  const client = new SESv2Client({
    endpoint: sesUrl,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 1,
  });
  const mailer = new SesMailer(client);
  return { send: (_server, mail, timeoutMs) => mailer.send(mail, timeoutMs) };
}
