import type { Context } from 'aws-lambda';
import { ActivityNotes } from '../../shared/activity.ts';
import type { DeliveryMessage, DispatcherMessage } from '../../shared/alerts/messages.ts';
import { isSignOfLife } from '../../shared/alerts/signs-of-life.ts';
import { SqsQueue } from '../../shared/aws/queue.ts';
import { DynamoTable } from '../../shared/aws/table.ts';
import type { Happened } from '../../shared/happenings.ts';
import { UsageNotes } from '../../shared/usage.ts';
import { dynamoDbClient, type SdkEnvironment, sqsClient } from '../aws-clients.ts';
import { currentConfiguration } from '../configuration.ts';
import { readEnvironment } from '../environment.ts';
import { measured } from '../metrics.ts';
import { type Outside, REAL_OUTSIDE } from '../outside.ts';
import { evaluate } from './evaluate.ts';

export type EvaluatorHandler = (event: unknown, context?: Context) => Promise<void>;

/** @throws Error where the environment lacks a variable. */
export function createHandler(
  environment: SdkEnvironment,
  outside: Outside = REAL_OUTSIDE,
): EvaluatorHandler {
  const names = readEnvironment(environment, [
    'TOCSIN_CONFIG_TABLE',
    'TOCSIN_STATE_TABLE',
    'TOCSIN_ALERTS_QUEUE_URL',
    'TOCSIN_DELIVERIES_QUEUE_URL',
  ]);
  const dynamo = dynamoDbClient(environment);
  const sqs = sqsClient(environment);
  const { clock, aroundQueue = (queue) => queue, aroundState = (table) => table } = outside;
  const state = aroundState(new DynamoTable(dynamo, names.TOCSIN_STATE_TABLE));
  const activity = new ActivityNotes();
  const usage = new UsageNotes((ruleId) => !isSignOfLife(ruleId));
  const happened: Happened = (happening) => {
    activity.take(happening);
    usage.take(happening);
    outside.happened(happening);
  };
  const cadence = outside.lookEveryMs === undefined ? {} : { lookEveryMs: outside.lookEveryMs };
  const alerts = aroundQueue(new SqsQueue<DispatcherMessage>(sqs, names.TOCSIN_ALERTS_QUEUE_URL, clock));
  const deliveries = aroundQueue(
    new SqsQueue<DeliveryMessage>(sqs, names.TOCSIN_DELIVERIES_QUEUE_URL, clock),
  );
  const current = currentConfiguration(new DynamoTable(dynamo, names.TOCSIN_CONFIG_TABLE), state, outside);

  return async () => {
    const inForce = await current.get();
    outside.broken?.(inForce.broken);
    await evaluate({ state, alerts, deliveries, clock, happened, ...cadence }, inForce);
    await activity.write(state, clock());
    await usage.write(state, clock());
  };
}

let ready: EvaluatorHandler | undefined;

export const handler: EvaluatorHandler = measured(async (event, context) => {
  ready ??= createHandler(process.env);
  await ready(event, context);
});
