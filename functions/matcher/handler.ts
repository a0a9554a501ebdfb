import type { CloudWatchLogsEvent, Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { ActivityNotes } from '../../shared/activity.ts';
import type { DispatcherMessage } from '../../shared/alerts/messages.ts';
import { SqsQueue } from '../../shared/aws/queue.ts';
import { DynamoTable } from '../../shared/aws/table.ts';
import type { Happened } from '../../shared/happenings.ts';
import { DecodeError, decodeSubscription } from '../../shared/logs/decode.ts';
import { noteDeliveryFails, noteDeliveryWorks } from '../../shared/logs/delivery.ts';
import type { LogBatch } from '../../shared/logs/event.ts';
import type { Queue } from '../../shared/ports.ts';
import type { Current } from '../../shared/snapshot/current.ts';
import { UsageNotes } from '../../shared/usage.ts';
import { dynamoDbClient, type SdkEnvironment, sqsClient } from '../aws-clients.ts';
import { currentConfiguration } from '../configuration.ts';
import { readEnvironment } from '../environment.ts';
import { logFailure } from '../log.ts';
import { measured } from '../metrics.ts';
import { type Outside, REAL_OUTSIDE } from '../outside.ts';
import { forEachMessage } from '../sqs-batch.ts';
import type { Compiled, compiler } from './compile.ts';
import { parseInvocationRecord } from './invocation-record.ts';
import { MatcherMemory, matchBatch, newestOf } from './match-batch.ts';

/** A CloudWatch Logs delivery, or what Lambda gave up on, from the failure queue. */
export type MatcherEvent = CloudWatchLogsEvent | SQSEvent;
export type MatcherHandler = (
  event: MatcherEvent,
  context?: Context,
) => Promise<SQSBatchResponse | undefined>;

/** @throws Error where the environment lacks a variable. */
export function createHandler(environment: SdkEnvironment, outside: Outside = REAL_OUTSIDE): MatcherHandler {
  const names = readEnvironment(
    environment,
    ['TOCSIN_CONFIG_TABLE', 'TOCSIN_STATE_TABLE', 'TOCSIN_ALERTS_QUEUE_URL'],
    ['TOCSIN_OWN_LOG_GROUPS', 'AWS_REGION'],
  );
  const dynamo = dynamoDbClient(environment);
  const config = new DynamoTable(dynamo, names.TOCSIN_CONFIG_TABLE);
  const state = new DynamoTable(dynamo, names.TOCSIN_STATE_TABLE);
  const { clock, aroundQueue = (queue) => queue } = outside;
  const activity = new ActivityNotes();
  const usage = new UsageNotes();
  const happened: Happened = (happening) => {
    activity.take(happening);
    usage.take(happening);
    outside.happened(happening);
  };
  const alerts: Queue<DispatcherMessage> = aroundQueue(
    new SqsQueue<DispatcherMessage>(sqsClient(environment), names.TOCSIN_ALERTS_QUEUE_URL, clock),
  );
  const deps = { state, alerts, clock, happened };
  const current = currentConfiguration(config, state, outside);
  const program = lazyCompiler(happened);
  const remembered = memories();
  const ownLogGroups = new Set((names.TOCSIN_OWN_LOG_GROUPS ?? '').split(','));

  const match = async (data: string) => {
    const batch = takenFrom(data, names.AWS_REGION ?? '', ownLogGroups, happened);
    if (batch === null) return;
    const compiled = await program(await current.get());
    const rules = await matchBatch(deps, compiled, remembered(compiled), batch);
    const now = clock();
    const newest = newestOf(batch, now);
    activity.logged(batch.logGroup, newest);
    activity.matched(rules, newest);
    await activity.write(state, now);
    await usage.write(state, now);
  };

  return async (event) => {
    if (!('Records' in event)) return await tolerant(match)(dataOf(event));
    return await forEachMessage(
      event,
      async ({ body }) => {
        await noteDeliveryFails(state, clock());
        await tolerant(match)(parseInvocationRecord(body));
        await noteDeliveryWorks(state);
        return 'done';
      },
      (record, error) => logFailure(`matcher: message ${record.messageId}`, error),
    );
  };
}

/**
 * The events of a delivery that are to be counted; null where there are none. What is left out is said.
 * @throws DecodeError where the payload is none
 */
function takenFrom(
  data: string,
  region: string,
  ownLogGroups: ReadonlySet<string>,
  happened: Happened,
): LogBatch | null {
  const payload = decodeSubscription(data, { region });
  if (payload.kind === 'control') return null;
  const { batch, malformed } = payload;
  const { logGroup, events } = batch;
  if (malformed.length > 0) {
    const reason = `they are malformed: ${malformed[0]?.reason}`;
    happened({ type: 'uncounted', logGroup, events: malformed.length, reason });
  }
  if (ownLogGroups.has(logGroup)) {
    const reason = 'they are written by tocsin itself, which would alert about its own alerts';
    happened({ type: 'uncounted', logGroup, events: events.length, reason });
    return null;
  }
  return events.length === 0 ? null : batch;
}

/**
 * What is remembered holds for one version of the configuration: a rule that was disabled and is enabled again has had
 * its alerts resolved meanwhile.
 */
function memories(): (compiled: Compiled) => MatcherMemory {
  let known: { compiled: Compiled; memory: MatcherMemory } | undefined;
  return (compiled) => {
    if (known?.compiled !== compiled) known = { compiled, memory: new MatcherMemory() };
    return known.memory;
  };
}

/** @throws Error where somebody else than CloudWatch Logs invoked the function. */
function dataOf({ awslogs }: Partial<CloudWatchLogsEvent>): string {
  if (typeof awslogs?.data === 'string') return awslogs.data;
  throw new Error('This is no delivery of CloudWatch Logs: an event with awslogs.data was expected.');
}

/** A payload that cannot be decoded never can: it is logged with its reason, and not asked for again. */
function tolerant(match: (data: string) => Promise<void>): (data: string) => Promise<undefined> {
  return async (data) => {
    try {
      await match(data);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      logFailure('matcher: a delivery was left out', error);
    }
    return undefined;
  };
}

/** The engine is loaded with the configuration that it compiles. */
function lazyCompiler(happened: Happened): (current: Current) => Promise<Compiled> {
  let loading: Promise<ReturnType<typeof compiler>> | undefined;
  const load = async () => (await import('./compile.ts')).compiler(happened);
  return async (current) => {
    loading ??= load();
    return (await loading)(current);
  };
}

let ready: MatcherHandler | undefined;

export const handler: MatcherHandler = measured(async (event, context) => {
  ready ??= createHandler(process.env);
  return await ready(event, context);
});
