import { startFauxqs } from 'fauxqs';
import { deadLetterName, QUEUES, type QueueName } from '../topology.ts';
import type { Running } from './dynamo.ts';

export interface RunningQueues extends Running {
  queueUrl(queue: QueueName): string;
  deadLetterUrl(queue: QueueName): string;
  /** Ids of the messages that can be received now, and of those that somebody received and has not deleted. */
  messages(queue: QueueName): { ready: string[]; inFlight: string[] };
}

const seconds = (ms: number) => String(Math.round(ms / 1000));

/** Starts the embedded SQS, in memory, with the queues of the topology. */
export async function startQueues(): Promise<RunningQueues> {
  const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  const urls = new Map<string, string>();
  for (const [name, queue] of Object.entries(QUEUES)) {
    const dead = server.createQueue(localName(deadLetterName(name as QueueName)), {
      attributes: { MessageRetentionPeriod: seconds(queue.deadLetterRetentionMs) },
    });
    const source = server.createQueue(localName(name), {
      attributes: {
        VisibilityTimeout: seconds(queue.visibilityTimeoutMs),
        MessageRetentionPeriod: seconds(queue.retentionMs),
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: dead.queueArn,
          maxReceiveCount: String(queue.maxReceiveCount),
        }),
      },
    });
    urls.set(name, source.queueUrl);
    urls.set(deadLetterName(name as QueueName), dead.queueUrl);
  }
  const urlOf = (name: string) => urls.get(name) ?? '';
  return {
    url: server.address,
    queueUrl: urlOf,
    deadLetterUrl: (queue) => urlOf(deadLetterName(queue)),
    messages(queue) {
      const { ready = [], inflight = [] } = server.inspectQueue(localName(queue))?.messages ?? {};
      const ids = (messages: { messageId: string }[]) => messages.map(({ messageId }) => messageId);
      return { ready: ids(ready), inFlight: ids(inflight.map(({ message }) => message)) };
    },
    stop: () => server.stop(),
  };
}

function localName(queue: string): string {
  return `tocsin-${queue}`;
}
