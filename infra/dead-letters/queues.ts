import type { SQSClient } from '@aws-sdk/client-sqs';
import { QUEUES, type QueueName } from '../topology.ts';

/** The queues of a place. */
export interface PlaceQueues {
  sqs: SQSClient;
  urlOf(queue: QueueName): string;
  deadLetterUrlOf(queue: QueueName): string;
}

export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];
