/** What Lambda does between a queue and a function: poll, invoke with a batch, delete what succeeded. */
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { pause } from '../pause.ts';

export interface EventSource {
  /** True while a batch is being carried out. */
  busy(): boolean;
  /** Whether a message in flight only waits to be brought again. */
  isPostponed(messageId: string): boolean;
  stop(): Promise<void>;
}

const WAIT_SECONDS = 20;
/** SQS itself gives no more to one call. */
const BATCH_MAX = 10;
const PAUSE_AFTER_FAILURE_MS = 1000;

/**
 * Polls until stopped, with up to `concurrency` batches at a time, so that a slow one holds up no other; a function
 * that throws leaves its batch to the visibility timeout, as on Lambda.
 */
export function startEventSource(
  client: SQSClient,
  queueUrl: string,
  concurrency: number,
  invoke: (event: SQSEvent) => Promise<SQSBatchResponse>,
  failed: (error: unknown) => void,
): EventSource {
  const stopping = new AbortController();
  let underWay = 0;
  const postponed = new Set<string>();
  const round = async () => {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: BATCH_MAX,
      WaitTimeSeconds: WAIT_SECONDS,
      MessageSystemAttributeNames: ['All'],
    });
    const { Messages = [] } = await client.send(command, { abortSignal: stopping.signal });
    if (Messages.length === 0) return;
    underWay += 1;
    try {
      await carryOut(Messages);
    } finally {
      underWay -= 1;
    }
  };
  const carryOut = async (messages: Message[]) => {
    for (const { MessageId = '' } of messages) postponed.delete(MessageId);
    const answer = await invoke({ Records: messages.map((message) => recordOf(message, queueUrl)) });
    for (const { itemIdentifier } of answer.batchItemFailures) postponed.add(itemIdentifier);
    await remove(client, queueUrl, messages, answer);
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      try {
        await round();
      } catch (error) {
        if (stopping.signal.aborted) return;
        failed(error);
        await pause(PAUSE_AFTER_FAILURE_MS, stopping.signal);
      }
    }
  };
  const running = Promise.all(Array.from({ length: concurrency }, loop));
  return {
    busy: () => underWay > 0,
    isPostponed: (messageId) => postponed.has(messageId),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function remove(
  client: SQSClient,
  queueUrl: string,
  messages: Message[],
  { batchItemFailures }: SQSBatchResponse,
): Promise<void> {
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const done = messages.filter(({ MessageId }) => !failed.has(MessageId ?? ''));
  if (done.length === 0) return;
  const entries = done.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle }));
  await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
}

function recordOf(message: Message, queueUrl: string): SQSRecord {
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: message.Attributes as unknown as SQSRecord['attributes'],
    messageAttributes: {},
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queueUrl.split('/').at(-1)}`,
    awsRegion: 'us-east-1',
  };
}
