/** AWS as far as the product needs it, on this machine: the tables of DynamoDB, the queues of SQS, SES and its inbox. */
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Outside } from '../../../functions/outside.ts';
import { SqsQueue } from '../../../shared/aws/queue.ts';
import { DynamoTable } from '../../../shared/aws/table.ts';
import type { Item, Table } from '../../../shared/ports.ts';
import { DueIndex } from './due-index.ts';
import {
  ensureTable,
  LOCAL_CREDENTIALS,
  LOCAL_REGION,
  LOCAL_TABLES,
  localDynamoClient,
  startDynamoDb,
} from './dynamo.ts';
import { startInbox } from './inbox.ts';
import { startSesEvents } from './ses-events.ts';
import { type RunningQueues, startQueues } from './sqs.ts';
import { itemsWith, removeExpired } from './upkeep.ts';

export interface EmbeddedAwsOptions {
  /** Folder that keeps the tables; without it they live in memory. */
  dataPath?: string | undefined;
  outside: Pick<Outside, 'clock' | 'aroundQueue'>;
  /** Puts something between the notifier and the mail inbox (its URL); answers where mails are then sent to. */
  beforeInbox?: ((inboxUrl: string) => Promise<string>) | undefined;
  failed: (error: unknown) => void;
}

export interface EmbeddedAws {
  urls: { dynamodb: string; sqs: string; ses: string; inbox: string };
  config: Table;
  state: Table;
  /** A table of the state, whose timers are looked up here. */
  aroundState: (state: Table) => Table;
  queues: RunningQueues;
  sqs: SQSClient;
  /** Items of the state that have a time to be due at. */
  timed(): AsyncIterable<Item>;
  /** Removes from the state what expired before `now` (ms). */
  removeExpired(now: number): Promise<number>;
  stop(): Promise<void>;
}

/** SES tells what became of a mail when its sender has long gone on, ms. */
const MAIL_EVENT_AFTER_MS = 2_000;

/** Starts it all, the tables made, each part on a free port of this machine. */
export async function startEmbeddedAws(options: EmbeddedAwsOptions): Promise<EmbeddedAws> {
  const { clock, aroundQueue = (queue) => queue } = options.outside;
  const dynamo = await startDynamoDb(options.dataPath);
  const client = localDynamoClient(dynamo.url);
  await ensureTable(client, LOCAL_TABLES.config, false);
  await ensureTable(client, LOCAL_TABLES.state, true);
  const { around: aroundState } = new DueIndex(client, LOCAL_TABLES.state);

  const queues = await startQueues();
  const sqs = new SQSClient({ endpoint: queues.url, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
  const inbox = await startInbox();
  const { beforeInbox = async (url: string) => url } = options;
  const mailEvents = aroundQueue(new SqsQueue(sqs, queues.queueUrl('deliveries'), clock));
  const ses = await startSesEvents({
    target: await beforeInbox(inbox.url),
    emit: (body) => mailEvents.send([{ body, notBefore: clock() + MAIL_EVENT_AFTER_MS }]),
    clock,
    failed: options.failed,
  });
  return {
    urls: { dynamodb: dynamo.url, sqs: queues.url, ses: ses.url, inbox: inbox.url },
    config: new DynamoTable(client, LOCAL_TABLES.config),
    state: aroundState(new DynamoTable(client, LOCAL_TABLES.state)),
    aroundState,
    queues,
    sqs,
    timed: () => itemsWith(client, LOCAL_TABLES.state, 'dueAt'),
    removeExpired: (now) => removeExpired(client, LOCAL_TABLES.state, now),
    async stop() {
      sqs.destroy();
      await Promise.all([ses.stop(), inbox.stop(), queues.stop()]);
      client.destroy();
      await dynamo.stop();
    },
  };
}
