import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import {
  type DeliveryMessage,
  type DispatcherMessage,
  parseDispatcherMessage,
} from '../../shared/alerts/messages.ts';
import { SqsQueue } from '../../shared/aws/queue.ts';
import { DynamoTable } from '../../shared/aws/table.ts';
import { KnownSilences } from '../../shared/routing/silences.ts';
import { dynamoDbClient, type SdkEnvironment, sqsClient } from '../aws-clients.ts';
import { currentConfiguration } from '../configuration.ts';
import { readEnvironment } from '../environment.ts';
import { logFailure } from '../log.ts';
import { measured } from '../metrics.ts';
import { type Outside, REAL_OUTSIDE } from '../outside.ts';
import { forEachMessage } from '../sqs-batch.ts';
import { flushGroup } from './flush-group.ts';
import { takeAlert } from './take-alert.ts';

export type DispatcherHandler = (event: SQSEvent, context?: Context) => Promise<SQSBatchResponse>;

/** @throws Error where the environment lacks a variable. */
export function createHandler(
  environment: SdkEnvironment,
  outside: Outside = REAL_OUTSIDE,
): DispatcherHandler {
  const names = readEnvironment(environment, [
    'TOCSIN_CONFIG_TABLE',
    'TOCSIN_STATE_TABLE',
    'TOCSIN_ALERTS_QUEUE_URL',
    'TOCSIN_DELIVERIES_QUEUE_URL',
  ]);
  const dynamo = dynamoDbClient(environment);
  const sqs = sqsClient(environment);
  const { clock, happened, aroundQueue = (queue) => queue, aroundState = (table) => table } = outside;
  const state = aroundState(new DynamoTable(dynamo, names.TOCSIN_STATE_TABLE));
  const alerts = aroundQueue(new SqsQueue<DispatcherMessage>(sqs, names.TOCSIN_ALERTS_QUEUE_URL, clock));
  const deliveries = aroundQueue(
    new SqsQueue<DeliveryMessage>(sqs, names.TOCSIN_DELIVERIES_QUEUE_URL, clock),
  );
  const silences = new KnownSilences(state, clock);
  const deps = { state, alerts, deliveries, clock, happened, silences };
  const current = currentConfiguration(new DynamoTable(dynamo, names.TOCSIN_CONFIG_TABLE), state, outside);

  return (event) =>
    forEachMessage(
      event,
      async ({ body }) => {
        const message = parseDispatcherMessage(body);
        const { configuration } = await current.get();
        if (message.type === 'alert') await takeAlert(deps, configuration, message);
        else await flushGroup(deps, configuration, message);
        return 'done';
      },
      (record, error) => logFailure(`dispatcher: message ${record.messageId}`, error),
    );
}

let ready: DispatcherHandler | undefined;

export const handler: DispatcherHandler = measured(async (event, context) => {
  ready ??= createHandler(process.env);
  return await ready(event, context);
});
