import { SESv2Client } from '@aws-sdk/client-sesv2';
import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import {
  type DeadDelivery,
  type DeliveryMessage,
  type DispatcherMessage,
  parseDeliveryMessage,
} from '../../shared/alerts/messages.ts';
import { EventBridgeBus } from '../../shared/aws/event-bus.ts';
import { SesMailer } from '../../shared/aws/mailer.ts';
import { SqsQueue } from '../../shared/aws/queue.ts';
import { DynamoTable } from '../../shared/aws/table.ts';
import { SnsTextMessages } from '../../shared/aws/text-messages.ts';
import type { Configuration } from '../../shared/config/model.ts';
import { isMailEvent, parseMailEvent } from '../../shared/deliveries/mail-events.ts';
import { createPace } from '../../shared/deliveries/pace.ts';
import { createSmtpSender } from '../../shared/net/smtp.ts';
import { createTransport } from '../../shared/net/undici-transport.ts';
import type { Secrets, Table } from '../../shared/ports.ts';
import { clientConfig, dynamoDbClient, type SdkEnvironment, sqsClient } from '../aws-clients.ts';
import { currentConfiguration } from '../configuration.ts';
import { readEnvironment } from '../environment.ts';
import { logFailure } from '../log.ts';
import { measured } from '../metrics.ts';
import { type Outside, REAL_OUTSIDE } from '../outside.ts';
import { secretsOf } from '../secrets.ts';
import { forEachMessage, type Handled } from '../sqs-batch.ts';
import { type Carried, type DeliverDeps, deliver } from './deliver.ts';
import { takeMailEvent } from './take-mail-event.ts';

export type NotifierHandler = (event: SQSEvent, context?: Context) => Promise<SQSBatchResponse>;

/** SQS hides a message no longer than this at a time, s. */
const VISIBILITY_SECONDS_MAX = 43_200;

/** @throws Error where the environment lacks a variable. */
export function createHandler(environment: SdkEnvironment, outside: Outside = REAL_OUTSIDE): NotifierHandler {
  const names = namesIn(environment);
  const dynamo = dynamoDbClient(environment);
  const sqs = sqsClient(environment);
  const state = new DynamoTable(dynamo, names.TOCSIN_STATE_TABLE);
  const deps = depsOf({ environment, names, state, sqs }, outside);
  const current = currentConfiguration(new DynamoTable(dynamo, names.TOCSIN_CONFIG_TABLE), state, outside);

  const carryOut = async (record: SQSRecord): Promise<Handled> => {
    const { configuration } = await current.get();
    const carried = isMailEvent(record.body)
      ? await hear(configuration, record.body)
      : await tell(configuration, record.body);
    if (carried.kind === 'done') return 'done';
    await hideUntil(record, carried.notBefore);
    return 'again';
  };

  const tell = async (configuration: Configuration, body: string): Promise<Carried> => {
    const message = parseDeliveryMessage(body);
    // Renderers are loaded with the first message: the configuration, which came before, needs their schemas too.
    const { deliverableChannels: channels } = await import('../../shared/channels/registry.ts');
    return await deliver({ ...deps, channels }, configuration, message);
  };

  const hear = async (configuration: Configuration, body: string): Promise<Carried> => {
    const event = parseMailEvent(body);
    return event === null ? { kind: 'done' } : await takeMailEvent(deps, configuration, event);
  };

  /** The message itself waits: it comes back when the next attempt is due. */
  const hideUntil = async ({ receiptHandle }: SQSRecord, notBefore: number) => {
    const waitMs = notBefore - outside.clock();
    const seconds = Math.min(Math.max(Math.ceil(waitMs / 1000), 0), VISIBILITY_SECONDS_MAX);
    const QueueUrl = names.TOCSIN_DELIVERIES_QUEUE_URL;
    const command = { QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds };
    await sqs.send(new ChangeMessageVisibilityCommand(command));
  };

  return (event) =>
    forEachMessage(event, carryOut, (record, error) =>
      logFailure(`notifier: message ${record.messageId}`, error),
    );
}

function namesIn(environment: SdkEnvironment) {
  return readEnvironment(
    environment,
    [
      'TOCSIN_CONFIG_TABLE',
      'TOCSIN_STATE_TABLE',
      'TOCSIN_ALERTS_QUEUE_URL',
      'TOCSIN_DELIVERIES_QUEUE_URL',
      'TOCSIN_DELIVERIES_DLQ_URL',
      'TOCSIN_MAIL_FROM',
    ],
    ['TOCSIN_ALLOWED_HOSTS', 'TOCSIN_CONFIGURATION_SET', 'TOCSIN_RESPONDER_URL', 'TOCSIN_LINKS_SECRET'],
  );
}

interface Resources {
  environment: SdkEnvironment;
  names: ReturnType<typeof namesIn>;
  state: Table;
  sqs: SQSClient;
}

/** What a delivery works with; the channels come with the first message. */
function depsOf(
  { environment, names, state, sqs }: Resources,
  outside: Outside,
): Omit<DeliverDeps, 'channels'> {
  const { clock, happened, random, transport, aroundQueue = (queue) => queue } = outside;
  const secrets = outside.secrets ?? secretsOf(environment, clock);
  return {
    state,
    alerts: aroundQueue(new SqsQueue<DispatcherMessage>(sqs, names.TOCSIN_ALERTS_QUEUE_URL, clock)),
    deliveries: aroundQueue(new SqsQueue<DeliveryMessage>(sqs, names.TOCSIN_DELIVERIES_QUEUE_URL, clock)),
    deadLetters: new SqsQueue<DeadDelivery>(sqs, names.TOCSIN_DELIVERIES_DLQ_URL, clock),
    clock,
    happened,
    random,
    defaultFrom: names.TOCSIN_MAIL_FROM,
    transport: transport ?? createTransport(hostsOf(names.TOCSIN_ALLOWED_HOSTS)),
    mailer: new SesMailer(sesClient(environment), names.TOCSIN_CONFIGURATION_SET),
    secrets,
    pace: createPace(state),
    smtp: outside.smtp ?? createSmtpSender(),
    texts: outside.texts ?? new SnsTextMessages(onceOnly(environment, 'AWS_ENDPOINT_URL_SNS')),
    events: outside.events ?? new EventBridgeBus(onceOnly(environment, 'AWS_ENDPOINT_URL_EVENTBRIDGE')),
    ...linksBy(secrets, names.TOCSIN_RESPONDER_URL, names.TOCSIN_LINKS_SECRET),
  };
}

/** How links are made; nothing where there is no responder. */
function linksBy(
  secrets: Secrets,
  baseUrl: string | undefined,
  secretName: string | undefined,
): Pick<DeliverDeps, 'links'> {
  if (baseUrl === undefined || secretName === undefined) return {};
  return { links: async () => ({ baseUrl, key: await secrets.get(secretName, null) }) };
}

/** One attempt each: the ledger decides about the next, and shows every one. */
function onceOnly(environment: SdkEnvironment, endpointVariable: string) {
  return { ...clientConfig(environment, endpointVariable), maxAttempts: 1 };
}

function sesClient(environment: SdkEnvironment): SESv2Client {
  return new SESv2Client(onceOnly(environment, 'AWS_ENDPOINT_URL_SESV2'));
}

/** A host that is named in full may be a private one; what a wildcard takes in may not. */
function hostsOf(list: string | undefined): { allowedHosts?: string[]; privateHosts?: string[] } {
  if (list === undefined) return {};
  const allowedHosts = list.split(',');
  return { allowedHosts, privateHosts: allowedHosts.filter((host) => !host.startsWith('*.')) };
}

let ready: NotifierHandler | undefined;

export const handler: NotifierHandler = measured(async (event, context) => {
  ready ??= createHandler(process.env);
  return await ready(event, context);
});
