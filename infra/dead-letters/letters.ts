/** What lies in the dead-letter queues of a place. */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { QueueName } from '../topology.ts';
import { type PlaceQueues, QUEUE_NAMES } from './queues.ts';

/** A message that could not be carried out. */
export interface Letter {
  /** SQS' own. */
  id: string;
  /** The queue it was in before. */
  queue: QueueName;
  /** When it was sent, ms. */
  sentAt: number;
  body: string;
  receiptHandle: string;
}

/** While it is looked at, others do not see it, s. */
const HIDDEN_SECONDS = 60;
const LETTERS_MAX = 1000;
/** SQS may answer with nothing though there is something: only several times in a row is believed. */
const EMPTY_ANSWERS = 2;

function letterOf(queue: QueueName, message: Message): Letter {
  const { MessageId = '', Body = '', ReceiptHandle = '', Attributes = {} } = message;
  const sentAt = Number(Attributes.SentTimestamp ?? 0);
  return { id: MessageId, queue, sentAt, body: Body, receiptHandle: ReceiptHandle };
}

async function takeFrom({ sqs, deadLetterUrlOf }: PlaceQueues, queue: QueueName): Promise<Letter[]> {
  const letters = new Map<string, Letter>();
  for (let empty = 0; empty < EMPTY_ANSWERS && letters.size < LETTERS_MAX; ) {
    const command = new ReceiveMessageCommand({
      QueueUrl: deadLetterUrlOf(queue),
      MaxNumberOfMessages: 10,
      VisibilityTimeout: HIDDEN_SECONDS,
      MessageSystemAttributeNames: ['SentTimestamp'],
    });
    const { Messages = [] } = await sqs.send(command);
    empty = Messages.length === 0 ? empty + 1 : 0;
    for (const message of Messages) letters.set(message.MessageId ?? '', letterOf(queue, message));
  }
  return [...letters.values()];
}

/** Everything in the dead-letter queues, oldest first, hidden from others until `release`. */
export async function takeLetters(queues: PlaceQueues): Promise<Letter[]> {
  const letters: Letter[] = [];
  for (const queue of QUEUE_NAMES) letters.push(...(await takeFrom(queues, queue)));
  return letters.toSorted((a, b) => a.sentAt - b.sentAt);
}

/** Puts them back for the next one who looks. */
export async function release(
  { sqs, deadLetterUrlOf }: PlaceQueues,
  letters: readonly Letter[],
): Promise<void> {
  for (const { queue, receiptHandle } of letters) {
    const command = { QueueUrl: deadLetterUrlOf(queue), ReceiptHandle: receiptHandle, VisibilityTimeout: 0 };
    await sqs.send(new ChangeMessageVisibilityCommand(command));
  }
}

/** Takes one out for good. */
export async function remove({ sqs, deadLetterUrlOf }: PlaceQueues, letter: Letter): Promise<void> {
  const command = { QueueUrl: deadLetterUrlOf(letter.queue), ReceiptHandle: letter.receiptHandle };
  await sqs.send(new DeleteMessageCommand(command));
}
