/**
 * The whole product on this machine: the real handlers between embedded DynamoDB, SQS, SES and a Feishu stand-in.
 * Started and stopped as one; every port is a free one of the loopback interface.
 */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Outside } from '../../functions/outside.ts';
import { createHandler as createResponder } from '../../functions/responder/handler.ts';
import type { Configuration } from '../../shared/config/model.ts';
import type { LogBatch } from '../../shared/logs/event.ts';
import type { Item, Secrets, Table } from '../../shared/ports.ts';
import { Journal } from '../console/journal.ts';
import type { ConsolePlace } from '../console/place.ts';
import { startConsole } from '../console/server.ts';
import type { FunctionName, QueueName } from '../topology.ts';
import { LOCAL_TABLES } from './aws/dynamo.ts';
import { type EmbeddedAws, startEmbeddedAws } from './aws/start.ts';
import { type LocalEndpoints, localEnvironment } from './environment.ts';
import type { FeishuStandIn } from './feishu/stand-in.ts';
import { createFunctions, startSources } from './functions.ts';
import { withLinksKey } from './links-key.ts';
import type { Recorder } from './recorder/recorder.ts';
import { type ResponderPlace, startResponder } from './responder.ts';
import { openWayOut } from './way-out.ts';

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

const CONSOLE_LOOKS_EVERY_MS = 2_000;

/**
 * Starts every part, each on a free port where none is named.
 * @throws Error with a `code` such as `EADDRINUSE` where a port that was named cannot be had
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { clock } = options.outside;
  const journal = new Journal(clock);
  const failed = (error: unknown) => {
    journal.failed(error);
    options.failed(error);
  };
  const aws = await startEmbeddedAws({ ...options, failed });
  const secrets = withLinksKey(options.secrets, inFolder(options.linksPath, 'key'));
  const wayOut = await openWayOut({ ...options, clock, secrets });
  const outside = {
    ...options.outside,
    happened: journal.around(options.outside.happened),
    aroundState: aws.aroundState,
  };
  const places: LocalEndpoints = {
    dynamoDbUrl: aws.urls.dynamodb,
    queues: aws.queues,
    sesUrl: options.deliver ? null : aws.urls.ses,
    mailFrom: options.mailFrom ?? null,
    responderUrl: null,
  };
  const responder = await startLinks(options, places, { ...outside, secrets: wayOut.secrets }, failed);
  const endpoints = { ...places, responderUrl: responder.url };
  const functions = createFunctions(endpoints, outside, wayOut);
  const sources = startSources(aws, functions, outside, failed);
  const urls = {
    inbox: aws.urls.inbox,
    feishu: wayOut.feishu.url,
    channels: wayOut.recorder.url,
    responder: responder.url,
    dynamodb: aws.urls.dynamodb,
    sqs: aws.urls.sqs,
  };
  const console = await startConsole({
    place: placeOf(aws, urls, journal, options),
    port: options.consolePort ?? 0,
    showLink: options.showLink ?? (() => {}),
    failed,
  });

  return {
    urls: { console: console.url, ...urls },
    tables: LOCAL_TABLES,
    consoleLink: console.newLink,
    config: aws.config,
    state: aws.state,
    environmentOf: (name) => localEnvironment(name, endpoints),
    queueUrl: aws.queues.queueUrl,
    deadLetterUrl: aws.queues.deadLetterUrl,
    feishu: wayOut.feishu,
    recorder: wayOut.recorder,
    knowBots: wayOut.knowBots,
    async ingest(batch) {
      journal.read(batch.events.map(({ message }) => message));
      await functions.matcher({ awslogs: { data: subscriptionPayload(batch) } });
    },
    evaluate: () => functions.evaluator({}),
    timed: aws.timed,
    removeExpired: aws.removeExpired,
    busy: sources.busy,
    async stop() {
      await sources.stop();
      await Promise.all([console.stop(), responder.stop(), wayOut.stop()]);
      await aws.stop();
    },
  };
}

function inFolder(folder: string | undefined, name: string): string | undefined {
  return folder === undefined ? undefined : join(folder, name);
}

/** The responder comes before the other functions: they put where it listens into messages. */
function startLinks(
  { links, linksPath }: LocalStackOptions,
  places: LocalEndpoints,
  outside: Outside,
  failed: (error: unknown) => void,
) {
  const portPath = inFolder(linksPath, 'port');
  return startResponder(
    createResponder(localEnvironment('responder', places), outside),
    { ...links, ...(portPath && { portPath }) },
    failed,
  );
}

function placeOf(
  { config, state, sqs, queues }: EmbeddedAws,
  urls: Readonly<Record<string, string>>,
  journal: Journal,
  { outside, author = 'console', bill }: LocalStackOptions,
): ConsolePlace {
  return {
    name: 'this machine',
    config,
    state,
    queues: { sqs, urlOf: queues.queueUrl, deadLetterUrlOf: queues.deadLetterUrl },
    clock: outside.clock,
    author,
    isOpen: true,
    stack: { urls, tables: LOCAL_TABLES },
    journal,
    bill,
    lookEveryMs: CONSOLE_LOOKS_EVERY_MS,
  };
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
