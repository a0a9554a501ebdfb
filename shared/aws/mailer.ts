import { type SESv2Client, SESv2ServiceException, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { type Mail, type Mailer, PortError } from '../ports.ts';

/** The `Mailer` port on SES v2. */
export class SesMailer implements Mailer {
  readonly #client: SESv2Client;
  readonly #configurationSet: string | undefined;

  constructor(client: SESv2Client, configurationSet?: string) {
    this.#client = client;
    this.#configurationSet = configurationSet;
  }

  async send(mail: Mail, timeoutMs: number): Promise<{ messageId: string }> {
    const command = new SendEmailCommand({
      FromEmailAddress: mail.from,
      Destination: { ToAddresses: mail.to, CcAddresses: mail.cc },
      ReplyToAddresses: mail.replyTo,
      ...(this.#configurationSet === undefined ? {} : { ConfigurationSetName: this.#configurationSet }),
      EmailTags: mail.tags.map(({ name, value }) => ({ Name: name, Value: value })),
      Content: {
        Simple: {
          Subject: { Data: mail.subject, Charset: 'UTF-8' },
          Body: {
            Text: { Data: mail.text, Charset: 'UTF-8' },
            Html: { Data: mail.html, Charset: 'UTF-8' },
          },
          Headers: mail.headers.map(({ name, value }) => ({ Name: name, Value: value })),
        },
      },
    });
    try {
      const answer = await this.#client.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) });
      return { messageId: answer.MessageId ?? '' };
    } catch (error) {
      throw asPortError(error, timeoutMs);
    }
  }
}

function asPortError(error: unknown, timeoutMs: number): PortError {
  if (error instanceof SESv2ServiceException) {
    const status = error.$metadata.httpStatusCode;
    const transient = error.$fault === 'server' || status === 429;
    return new PortError(error.name, error.message, { status, transient });
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === 'AbortError' || name === 'TimeoutError') {
    return new PortError('Timeout', `SES did not answer within ${timeoutMs} ms`, { transient: true });
  }
  return new PortError(name, `SES could not be asked: ${message}`, { transient: true });
}
