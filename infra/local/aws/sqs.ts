import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import { startFauxqs } from 'fauxqs';
import { boundTo, LOOPBACK, type Running } from '../../http/listen.ts';
import { refuseWebPages } from '../../http/web-pages.ts';
import { deadLetterName, QUEUES, type QueueName } from '../../topology.ts';

export interface RunningQueues extends Running {
  queueUrl(queue: QueueName): string;
  deadLetterUrl(queue: QueueName): string;
  /** Ids of the messages that can be received now, and of those that somebody received and has not deleted. */
  messages(queue: QueueName): { ready: string[]; inFlight: string[] };
}

const seconds = (ms: number) => String(Math.round(ms / 1000));

/** Starts the embedded SQS, in memory, with the queues of the topology. */
export async function startQueues(): Promise<RunningQueues> {
  const server = await onLoopback(() => startFauxqs({ port: 0, host: LOOPBACK, logger: false }));
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

/** What Fastify announces of each instance that is made. */
const MADE = 'fastify.initialization';

interface Made {
  fastify: { server: Server; listen(options: { port: number }): Promise<string> };
}

/**
 * The package listens on every interface, whatever host it is given, and takes forms that any web page can post. Its
 * server is met where Fastify announces it, and kept to this machine and its programs.
 * @throws Error where it listens elsewhere all the same
 */
async function onLoopback<Started extends { stop(): Promise<void> }>(
  start: () => Promise<Started>,
): Promise<Started> {
  const servers: Server[] = [];
  const bind = (message: unknown) => {
    const { fastify } = message as Made;
    const listen = fastify.listen.bind(fastify);
    fastify.listen = (options) => listen({ ...options, host: LOOPBACK } as { port: number });
    servers.push(fastify.server);
  };
  subscribe(MADE, bind);
  const starting = start();
  unsubscribe(MADE, bind);
  const started = await starting;
  const [server] = servers;
  if (server === undefined || boundTo(server).address !== LOOPBACK) {
    await started.stop();
    throw new Error('The embedded SQS would listen to other machines than this one; 127.0.0.1 was expected.');
  }
  refuseWebPages(server);
  return started;
}
