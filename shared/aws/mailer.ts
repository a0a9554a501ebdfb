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
          Attachments: mail.pictures.map(({ id, fileName, png }) => ({
            FileName: fileName,
            RawContent: png,
            ContentType: 'image/png',
            ContentDisposition: 'INLINE' as const,
            ContentId: id,
            ContentTransferEncoding: 'BASE64' as const,
          })),
        },
      },
    });
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await this.#client.send(command, { abortSignal: deadline });
      return { messageId: answer.MessageId ?? '' };
    } catch (error) {
      throw asPortError(error, deadline.aborted ? timeoutMs : null);
    }
  }
}

/** `timedOutMs`: the deadline, where it has passed. The SDK calls a reset connection a time-out, too. */
function asPortError(error: unknown, timedOutMs: number | null): PortError {
  if (error instanceof SESv2ServiceException) {
    const status = error.$metadata.httpStatusCode;
    const transient = error.$fault === 'server' || status === 429;
    return new PortError(error.name, error.message, { status, transient });
  }
  if (timedOutMs !== null) {
    return new PortError('Timeout', `SES did not answer within ${timedOutMs} ms`, { transient: true });
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const code = /ECONNRESET|EPIPE|socket hang up/.test(message) ? 'ConnectionReset' : name;
  return new PortError(code, `SES could not be asked: ${message}`, { transient: true });
}
