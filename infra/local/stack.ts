/**
 * The whole product on this machine: the real handlers between embedded DynamoDB, SQS, SES and a Feishu stand-in.
 * Started and stopped as one; every port is a free one of the loopback interface.
 */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createHandler as createDispatcher } from '../../functions/dispatcher/handler.ts';
import { createHandler as createEvaluator } from '../../functions/evaluator/handler.ts';
import { createHandler as createMatcher } from '../../functions/matcher/handler.ts';
import { createHandler as createNotifier } from '../../functions/notifier/handler.ts';
import type { Outside } from '../../functions/outside.ts';
import { createHandler as createResponder } from '../../functions/responder/handler.ts';
import { SqsQueue } from '../../shared/aws/queue.ts';
import { DynamoTable } from '../../shared/aws/table.ts';
import type { Configuration } from '../../shared/config/model.ts';
import type { LogBatch } from '../../shared/logs/event.ts';
import { createTransport } from '../../shared/net/undici-transport.ts';
import type { HttpTransport, Item, Secrets, Table } from '../../shared/ports.ts';
import { Journal } from '../console/journal.ts';
import type { ConsolePlace } from '../console/place.ts';
import { startConsole } from '../console/server.ts';
import type { FunctionName, QueueName } from '../topology.ts';
import { botsOf } from './bots.ts';
import { DueIndex } from './due-index.ts';
import { ensureTable, LOCAL_CREDENTIALS, LOCAL_REGION, localDynamoClient, startDynamoDb } from './dynamo.ts';
import { LOCAL_TABLES, type LocalEndpoints, localEnvironment } from './environment.ts';
import { startEventSource } from './event-source.ts';
import type { Bot } from './feishu/hook.ts';
import { type FeishuStandIn, startFeishuStandIn } from './feishu/stand-in.ts';
import { startInbox } from './inbox.ts';
import { inboxAsSmtp } from './inbox-smtp.ts';
import { withLinksKey } from './links-key.ts';
import { destinationsOf, inventedSecrets } from './recorder/destinations.ts';
import { localEventBus, localTextMessages } from './recorder/ports.ts';
import { type Recorder, startRecorder } from './recorder/recorder.ts';
import { type ResponderPlace, startResponder } from './responder.ts';
import { inventMissing } from './secrets.ts';
import { startSesEvents } from './ses-events.ts';
import { startQueues } from './sqs.ts';
import { towardsStandIns } from './stand-in-transport.ts';
import { itemsWith, removeExpired } from './upkeep.ts';

const BATCHES_AT_A_TIME = 4;

export interface LocalStackOptions {
  /** Folder that keeps the tables; without it they live in memory. */
  dataPath?: string;
  /** Time, chance, where the words go; `aroundQueue` where time is not the real one. */
  outside: Pick<Outside, 'clock' | 'random' | 'happened' | 'aroundQueue'>;
  secrets: Secrets;
  /** Folder that keeps what links in messages need to outlive the process: their key, and where they lead. */
  linksPath?: string;
  /** Where what links in messages lead to listens, and how readers elsewhere reach it. */
  links?: Pick<ResponderPlace, 'listen' | 'externalUrl'>;
  /** Where the console listens on this machine; by default on a free port. */
  consolePort?: number;
  /** Messages really leave this machine, instead of going to the stand-ins. */
  deliver: boolean;
  /** Hosts of this machine and of private networks that messages may go to all the same, where they really leave. */
  allowedHosts?: string[];
  mailFrom?: string;
  /** Puts something between the notifier and the mail inbox (its URL); answers where mails are then sent to. */
  beforeInbox?: (inboxUrl: string) => Promise<string>;
  /** Whether the Feishu stand-in keeps the real rate limits (true). */
  rateLimits?: boolean;
  /** Who acts on the console, unless the page says otherwise. */
  author?: string;
  /** What a month would cost on AWS, for the console. */
  bill: ConsolePlace['bill'];
  /** Shows a link to the console where only the user looks: somebody asked for one. */
  showLink?: (link: string) => void;
  /** Takes note of an invocation or a poll that failed; it is tried again. */
  failed: (error: unknown) => void;
}

export interface LocalStack {
  urls: {
    console: string;
    inbox: string;
    feishu: string;
    /** What the other channels sent. */
    channels: string;
    responder: string;
    dynamodb: string;
    sqs: string;
  };
  tables: typeof LOCAL_TABLES;
  /** Where a browser gets a session of the console, once. */
  consoleLink(): string;
  config: Table;
  state: Table;
  /** What a function is started with, for who starts one beside. */
  environmentOf(name: FunctionName): Record<string, string>;
  queueUrl(queue: QueueName): string;
  deadLetterUrl(queue: QueueName): string;
  feishu: FeishuStandIn;
  /** Where the other channels post to. */
  recorder: Recorder;
  /** Makes the stand-ins know the bots and addresses of a configuration. */
  knowBots(configuration: Configuration): Promise<void>;
  /** Invokes the matcher as CloudWatch Logs does; rejects where the function fails. */
  ingest(batch: LogBatch): Promise<void>;
  /** Invokes the evaluator as the schedule does. */
  evaluate(): Promise<void>;
  /** Items of the state that have a time to be due at. */
  timed(): AsyncIterable<Item>;
  /** Removes from the state what expired before `now` (ms). */
  removeExpired(now: number): Promise<number>;
  /** True while messages wait in a queue or are being carried out; delayed and postponed ones do not count. */
  busy(): boolean;
  stop(): Promise<void>;
}

/** How often the evaluator is invoked here, ms: decisions that only time can make come within 5 s. */
export const LOOK_EVERY_MS = 2_000;
const CONSOLE_LOOKS_EVERY_MS = 2_000;
/** SES tells what became of a mail when its sender has long gone on, ms. */
const MAIL_EVENT_AFTER_MS = 2_000;

export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { deliver, mailFrom = null } = options;
  const journal = new Journal(options.outside.clock);
  const failed = (error: unknown) => {
    journal.failed(error);
    options.failed(error);
  };
  const dynamo = await startDynamoDb(options.dataPath);
  const dynamoClient = localDynamoClient(dynamo.url);
  const dueIndex = new DueIndex(dynamoClient, LOCAL_TABLES.state);
  const outside = {
    ...options.outside,
    happened: journal.around(options.outside.happened),
    aroundState: dueIndex.around,
  };
  const queues = await startQueues();
  const inbox = await startInbox();
  let bots = new Map<string, Bot>();
  const { rateLimits = true } = options;
  const feishu = await startFeishuStandIn({
    clock: outside.clock,
    botFor: (token) => bots.get(token) ?? null,
    rateLimits,
  });
  const recorder = await startRecorder(outside.clock);
  await ensureTable(dynamoClient, LOCAL_TABLES.config, false);
  await ensureTable(dynamoClient, LOCAL_TABLES.state, true);

  const { beforeInbox = async (url: string) => url } = options;
  const sqs = new SQSClient({ endpoint: queues.url, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
  const { aroundQueue = (queue) => queue } = outside;
  const mailEvents = aroundQueue(new SqsQueue(sqs, queues.queueUrl('deliveries'), outside.clock));
  const ses = await startSesEvents({
    target: await beforeInbox(inbox.url),
    emit: (body) => mailEvents.send([{ body, notBefore: outside.clock() + MAIL_EVENT_AFTER_MS }]),
    clock: outside.clock,
    failed,
  });
  const sesUrl = deliver ? null : ses.url;
  const places = { dynamoDbUrl: dynamo.url, queues, sesUrl, mailFrom };
  const known = withLinksKey(options.secrets, inFolder(options.linksPath, 'key'));
  let invented = new Map<string, string>();
  const secrets = deliver ? known : inventMissing(known, (reference) => invented.get(reference));
  const answering = createResponder(localEnvironment('responder', { ...places, responderUrl: null }), {
    ...outside,
    secrets,
  });
  const portPath = inFolder(options.linksPath, 'port');
  const responder = await startResponder(
    answering,
    { ...options.links, ...(portPath && { portPath }) },
    failed,
  );
  const endpoints: LocalEndpoints = { ...places, responderUrl: responder.url };
  const { transport, close } = transportFor(options, feishu.url, recorder.url);
  const matcher = createMatcher(localEnvironment('matcher', endpoints), outside);
  const evaluator = createEvaluator(localEnvironment('evaluator', endpoints), {
    ...outside,
    lookEveryMs: LOOK_EVERY_MS,
  });
  const dispatcher = createDispatcher(localEnvironment('dispatcher', endpoints), outside);
  const notifier = createNotifier(localEnvironment('notifier', endpoints), {
    ...outside,
    transport,
    secrets,
    ...(deliver ? {} : { texts: localTextMessages(recorder), events: localEventBus(recorder) }),
    ...(sesUrl === null ? {} : { smtp: inboxAsSmtp(sesUrl) }),
  });

  // In a time that is set step by step, one thing happens after the other, so that a run can be repeated.
  const concurrency = outside.aroundQueue === undefined ? BATCHES_AT_A_TIME : 1;
  const sources = {
    alerts: startEventSource(sqs, queues.queueUrl('alerts'), concurrency, dispatcher, failed),
    deliveries: startEventSource(sqs, queues.queueUrl('deliveries'), concurrency, notifier, failed),
  };
  const waits = (queue: keyof typeof sources) => {
    const { ready, inFlight } = queues.messages(queue);
    return ready.length > 0 || inFlight.some((id) => !sources[queue].isPostponed(id));
  };

  const state = dueIndex.around(new DynamoTable(dynamoClient, LOCAL_TABLES.state));
  const urls = {
    inbox: inbox.url,
    feishu: feishu.url,
    channels: recorder.url,
    responder: responder.url,
    dynamodb: dynamo.url,
    sqs: queues.url,
  };
  const config = new DynamoTable(dynamoClient, LOCAL_TABLES.config);
  const page = await startConsole({
    place: {
      name: 'this machine',
      config,
      state,
      queues: { sqs, urlOf: queues.queueUrl, deadLetterUrlOf: queues.deadLetterUrl },
      clock: outside.clock,
      author: options.author ?? 'console',
      isOpen: true,
      stack: { urls, tables: LOCAL_TABLES },
      journal,
      bill: options.bill,
      lookEveryMs: CONSOLE_LOOKS_EVERY_MS,
    },
    port: options.consolePort ?? 0,
    showLink: options.showLink ?? (() => {}),
    failed,
  });

  return {
    urls: { console: page.url, ...urls },
    tables: LOCAL_TABLES,
    consoleLink: page.newLink,
    config,
    state,
    environmentOf: (name) => localEnvironment(name, endpoints),
    queueUrl: queues.queueUrl,
    deadLetterUrl: queues.deadLetterUrl,
    feishu,
    recorder,
    async knowBots(configuration) {
      // Really delivered, nothing reaches the stand-in: a secret that is missing is then for the notifier to tell.
      if (deliver) return;
      invented = inventedSecrets(configuration);
      bots = await botsOf(configuration, secrets);
      recorder.know(await destinationsOf(configuration, secrets));
    },
    async ingest(batch) {
      journal.read(batch.events.map(({ message }) => message));
      await matcher({ awslogs: { data: subscriptionPayload(batch) } });
    },
    evaluate: () => evaluator({}),
    timed: () => itemsWith(dynamoClient, LOCAL_TABLES.state, 'dueAt'),
    removeExpired: (now) => removeExpired(dynamoClient, LOCAL_TABLES.state, now),
    busy: () =>
      Object.values(sources).some((source) => source.busy()) || waits('alerts') || waits('deliveries'),
    async stop() {
      await Promise.all(Object.values(sources).map((source) => source.stop()));
      sqs.destroy();
      await Promise.all([
        page.stop(),
        responder.stop(),
        close(),
        feishu.stop(),
        recorder.stop(),
        ses.stop(),
        inbox.stop(),
        queues.stop(),
      ]);
      dynamoClient.destroy();
      await dynamo.stop();
    },
  };
}

function inFolder(folder: string | undefined, name: string): string | undefined {
  return folder === undefined ? undefined : join(folder, name);
}

function transportFor(
  { deliver, allowedHosts }: LocalStackOptions,
  feishuUrl: string,
  recorderUrl: string,
): { transport: HttpTransport; close(): Promise<void> } {
  if (deliver) {
    const real = createTransport(allowedHosts === undefined ? {} : { privateHosts: allowedHosts });
    return { transport: real, close: () => real.close() };
  }
  const loopback = createTransport({ allow: ({ origin }) => origin === feishuUrl || origin === recorderUrl });
  return { transport: towardsStandIns(loopback, feishuUrl, recorderUrl), close: () => loopback.close() };
}

/** What a CloudWatch Logs subscription would deliver for these events. */
function subscriptionPayload({ account, logGroup, logStream, events }: LogBatch): string {
  const payload = {
    messageType: 'DATA_MESSAGE',
    owner: account,
    logGroup,
    logStream,
    subscriptionFilters: ['tocsin'],
    logEvents: events,
  };
  return gzipSync(JSON.stringify(payload), { level: 1 }).toString('base64');
}
