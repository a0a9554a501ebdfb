import { SendMessageBatchCommand, type SQSClient, SQSServiceException } from '@aws-sdk/client-sqs';
import { type Clock, type Outgoing, PortError, type Queue } from '../ports.ts';

const BATCH_LIMIT = 10;
const DELAY_SECONDS_MAX = 900;

/** The `Queue` port on a standard SQS queue; bodies travel as JSON. */
export class SqsQueue<Message> implements Queue<Message> {
  readonly #client: SQSClient;
  readonly #url: string;
  readonly #clock: Clock;

  constructor(client: SQSClient, url: string, clock: Clock) {
    this.#client = client;
    this.#url = url;
    this.#clock = clock;
  }

  async send(messages: Outgoing<Message>[]): Promise<void> {
    for (let start = 0; start < messages.length; start += BATCH_LIMIT) {
      await this.#sendBatch(messages.slice(start, start + BATCH_LIMIT));
    }
  }

  async #sendBatch(messages: Outgoing<Message>[]): Promise<void> {
    const entries = messages.map(({ body, notBefore, group }, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify(body),
      DelaySeconds: delaySeconds(notBefore, this.#clock()),
      ...(group === undefined ? {} : { MessageGroupId: group }),
    }));
    const command = new SendMessageBatchCommand({ QueueUrl: this.#url, Entries: entries });
    const answer = await this.#client.send(command).catch((error: unknown) => {
      throw asPortError(error);
    });
    const [refused] = answer.Failed ?? [];
    if (refused !== undefined) {
      const reason = `SQS refused a message: ${refused.Code ?? 'no code'} ${refused.Message ?? ''}`.trim();
      throw new PortError(refused.Code ?? 'Unknown', reason, { transient: refused.SenderFault !== true });
    }
  }
}

/** Rounded up, so that a timer never rings early; cut at SQS's 15 minutes. */
export function delaySeconds(notBefore: number | undefined, now: number): number {
  if (notBefore === undefined) return 0;
  return Math.min(Math.max(Math.ceil((notBefore - now) / 1000), 0), DELAY_SECONDS_MAX);
}

function asPortError(error: unknown): unknown {
  if (!(error instanceof SQSServiceException)) return error;
  return new PortError(error.name, `SQS: ${error.message}`, {
    status: error.$metadata.httpStatusCode,
    transient: error.$fault === 'server' || error.$retryable !== undefined,
  });
}
