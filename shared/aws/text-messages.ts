import type { SNSClient, SNSClientConfig } from '@aws-sdk/client-sns';
import type { TextMessages } from '../ports.ts';
import { asPortError } from './port-error.ts';

/** The `TextMessages` port on SNS, whose client is loaded with the first message: few receivers have phones. */
export class SnsTextMessages implements TextMessages {
  readonly #config: SNSClientConfig;
  #client: SNSClient | undefined;

  constructor(config: SNSClientConfig) {
    this.#config = config;
  }

  async send(to: string, text: string, timeoutMs: number): Promise<{ messageId: string }> {
    const { PublishCommand, SNSClient: Client } = await import('@aws-sdk/client-sns');
    this.#client ??= new Client(this.#config);
    const command = new PublishCommand({
      PhoneNumber: to,
      Message: text,
      // Alerts take the dependable way, not the cheap one.
      MessageAttributes: { 'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' } },
    });
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const { MessageId = '' } = await this.#client.send(command, { abortSignal: deadline });
      return { messageId: MessageId };
    } catch (error) {
      throw asPortError('SNS', error, deadline.aborted ? timeoutMs : null);
    }
  }
}
