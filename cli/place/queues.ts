import type { SQSClient } from '@aws-sdk/client-sqs';
import { type PlaceQueues, QUEUE_NAMES } from '../../infra/dead-letters/queues.ts';
import { deadLetterName } from '../../infra/topology.ts';
import { EnvironmentError, UsageError } from '../terminal/usage-error.ts';
import type { Connection } from './connection.ts';

/** The queues of a place, to be closed. */
export interface OpenQueues extends PlaceQueues {
  close(): void;
}

/** @throws UsageError where `--local` named the DynamoDB alone, EnvironmentError where the stack names no queues. */
export async function queuesOf(place: Connection): Promise<OpenQueues> {
  const { SQSClient: Client } = await import('@aws-sdk/client-sqs');
  const endpoint = place.local === null ? undefined : place.local.urls.sqs;
  if (place.local !== null && endpoint === undefined)
    throw new UsageError(
      `--local ${place.name} is no console: the address that \`tocsin local\` prints was expected.`,
    );
  const sqs = new Client({ ...place.settings, ...(endpoint === undefined ? {} : { endpoint }) });
  const urls = new Map<string, string>();
  for (const name of QUEUE_NAMES.flatMap((queue) => [queue, deadLetterName(queue)])) {
    urls.set(name, endpoint === undefined ? deployed(place, name) : await localUrl(sqs, name));
  }
  const urlOf = (name: string) => urls.get(name) ?? '';
  return { sqs, urlOf, deadLetterUrlOf: (queue) => urlOf(deadLetterName(queue)), close: () => sqs.destroy() };
}

/** The embedded SQS knows its queues by the names of the topology. */
async function localUrl(sqs: SQSClient, name: string): Promise<string> {
  const { GetQueueUrlCommand } = await import('@aws-sdk/client-sqs');
  const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: `tocsin-${name}` }));
  return QueueUrl;
}

function deployed({ outputs, name: place }: Connection, name: string): string {
  const output = `${name.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase())}QueueUrl`;
  const url = outputs[output];
  if (url === undefined)
    throw new EnvironmentError(`The ${place} has no output ${output}: deploy this version first.`);
  return url;
}
