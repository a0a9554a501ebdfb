/**
 * What the product is made of, as plain data: tables, queues, functions, and who may touch what. The CDK construct
 * (`tocsin.ts`) and the local stack (`local/`) both build from it, so that they cannot drift apart.
 */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

// ---------------------------------------------------------------------------------------------- Tables

export type TableName = 'config' | 'state';

interface IndexTopology {
  partitionKey: { name: string; type: 'string' };
  sortKey: { name: string; type: 'number' };
  projection: 'KEYS_ONLY';
}

/** Every table is keyed by the strings `pk` and `sk`, billed on demand, with point-in-time recovery. */
export interface TableTopology {
  /** The attribute that holds epoch seconds after which DynamoDB may delete the item; null: nothing expires. */
  ttlAttribute: string | null;
  indexes: Readonly<Record<string, IndexTopology>>;
}

export const KEY_ATTRIBUTES = { partitionKey: 'pk', sortKey: 'sk' } as const;

/** The sparse index of what is due (design, "due index"). */
export const DUE_INDEX = 'due';

export const TABLES: Readonly<Record<TableName, TableTopology>> = {
  /** People edit it. */
  config: { ttlAttribute: null, indexes: {} },
  /** Functions own it. */
  state: {
    ttlAttribute: 'ttl',
    indexes: {
      [DUE_INDEX]: {
        partitionKey: { name: 'dueShard', type: 'string' },
        sortKey: { name: 'dueAt', type: 'number' },
        projection: 'KEYS_ONLY',
      },
    },
  },
};

// ---------------------------------------------------------------------------------------------- Queues

export type QueueName = 'alerts' | 'deliveries' | 'matcher-failures';

/** A standard queue and the dead-letter queue behind it, `<name>-dlq`. */
export interface QueueTopology {
  /** At least six times the time-out of the function that consumes it, as Lambda asks for. */
  visibilityTimeoutMs: number;
  retentionMs: number;
  /** Receives after which SQS itself moves a message to the dead-letter queue. */
  maxReceiveCount: number;
  deadLetterRetentionMs: number;
}

const RETENTION = { retentionMs: 4 * DAY_MS, deadLetterRetentionMs: 14 * DAY_MS } as const;

export const QUEUES: Readonly<Record<QueueName, QueueTopology>> = {
  alerts: { ...RETENTION, visibilityTimeoutMs: 3 * MINUTE_MS, maxReceiveCount: 10 },
  /** Only the backstop: the notifier's ledger ends a delivery long before, and says why. */
  deliveries: { ...RETENTION, visibilityTimeoutMs: 6 * MINUTE_MS, maxReceiveCount: 100 },
  /** What Lambda gave up invoking the matcher with; the matcher consumes it again. */
  'matcher-failures': { ...RETENTION, visibilityTimeoutMs: 6 * MINUTE_MS, maxReceiveCount: 5 },
};

/** The name of the dead-letter queue behind a queue. */
export function deadLetterName(queue: QueueName): `${QueueName}-dlq` {
  return `${queue}-dlq`;
}

// ---------------------------------------------------------------------------------------------- Environment

/** What the surroundings decide, not the topology. */
export type SettingName =
  | 'allowedHosts'
  | 'mailFrom'
  | 'configurationSet'
  | 'ownLogGroups'
  | 'responderUrl'
  | 'linksSecret';

/** Where the value of an environment variable comes from. */
export type VariableSource =
  | { kind: 'table'; table: TableName }
  | { kind: 'queue'; queue: QueueName }
  | { kind: 'deadLetterQueue'; queue: QueueName }
  | { kind: 'setting'; setting: SettingName; optional: boolean };

export type VariableName =
  | 'TOCSIN_CONFIG_TABLE'
  | 'TOCSIN_STATE_TABLE'
  | 'TOCSIN_ALERTS_QUEUE_URL'
  | 'TOCSIN_DELIVERIES_QUEUE_URL'
  | 'TOCSIN_DELIVERIES_DLQ_URL'
  | 'TOCSIN_ALLOWED_HOSTS'
  | 'TOCSIN_MAIL_FROM'
  | 'TOCSIN_CONFIGURATION_SET'
  | 'TOCSIN_OWN_LOG_GROUPS'
  | 'TOCSIN_RESPONDER_URL'
  | 'TOCSIN_LINKS_SECRET';

export const VARIABLES: Readonly<Record<VariableName, VariableSource>> = {
  TOCSIN_CONFIG_TABLE: { kind: 'table', table: 'config' },
  TOCSIN_STATE_TABLE: { kind: 'table', table: 'state' },
  TOCSIN_ALERTS_QUEUE_URL: { kind: 'queue', queue: 'alerts' },
  TOCSIN_DELIVERIES_QUEUE_URL: { kind: 'queue', queue: 'deliveries' },
  TOCSIN_DELIVERIES_DLQ_URL: { kind: 'deadLetterQueue', queue: 'deliveries' },
  /** Comma separated host names; unset: no bound beyond the transport's own. */
  TOCSIN_ALLOWED_HOSTS: { kind: 'setting', setting: 'allowedHosts', optional: true },
  /** Sender of mails whose channel names none. */
  TOCSIN_MAIL_FROM: { kind: 'setting', setting: 'mailFrom', optional: false },
  /** SES configuration set. */
  TOCSIN_CONFIGURATION_SET: { kind: 'setting', setting: 'configurationSet', optional: true },
  /** Comma separated names of the stack's own log groups, which the matcher refuses: the guard against recursion. */
  TOCSIN_OWN_LOG_GROUPS: { kind: 'setting', setting: 'ownLogGroups', optional: true },
  /** Where the links in messages lead, with a slash at its end; unset: messages have none. */
  TOCSIN_RESPONDER_URL: { kind: 'setting', setting: 'responderUrl', optional: true },
  /** The secret, without its prefix, whose text signs the links; unset where there is no responder. */
  TOCSIN_LINKS_SECRET: { kind: 'setting', setting: 'linksSecret', optional: true },
};

/** What a surrounding (the stack, the local stack) answers so that environments can be filled. */
export interface Surroundings {
  tableName(table: TableName): string;
  queueUrl(queue: QueueName): string;
  deadLetterUrl(queue: QueueName): string;
  /** undefined: not set; the variable is left out if it is optional. */
  setting(setting: SettingName): string | undefined;
}

/**
 * The environment of one function: exactly the variables that it declares.
 * @throws Error where a setting that is not optional has no value.
 */
export function environmentOf(name: FunctionName, surroundings: Surroundings): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const variable of FUNCTIONS[name].environment) {
    const value = resolveVariable(variable, surroundings);
    if (value !== undefined) environment[variable] = value;
  }
  return environment;
}

function resolveVariable(variable: VariableName, surroundings: Surroundings): string | undefined {
  const source = VARIABLES[variable];
  switch (source.kind) {
    case 'table':
      return surroundings.tableName(source.table);
    case 'queue':
      return surroundings.queueUrl(source.queue);
    case 'deadLetterQueue':
      return surroundings.deadLetterUrl(source.queue);
    case 'setting': {
      const value = surroundings.setting(source.setting);
      if (value === undefined && !source.optional)
        throw new Error(`${variable} has no value: the setting "${source.setting}" is expected.`);
      return value;
    }
  }
}

// ---------------------------------------------------------------------------------------------- Functions

export type FunctionName = 'matcher' | 'evaluator' | 'dispatcher' | 'notifier' | 'responder';

/** A queue that invokes a function; failures are always reported per message (`ReportBatchItemFailures`). */
export interface QueueSource {
  queue: QueueName;
  /** Messages per invocation. */
  batchSize: number;
  /** Invocations at the same time, at least 2: a flood waits in the queue, not on the account's concurrency. */
  maximumConcurrency: number;
}

export interface FunctionTopology {
  memoryMb: number;
  timeoutMs: number;
  queueSources: readonly QueueSource[];
  /** The log subscription invokes it asynchronously; what fails for good goes to `onFailure`. */
  logSubscription: { onFailure: QueueName } | null;
  /** Invoked by the clock; null: it is not. */
  everyMs: number | null;
  environment: readonly VariableName[];
  /** What it may do with each table; absent: nothing. `read` includes reading the whole table. */
  tables: Readonly<Partial<Record<TableName, 'read' | 'readWrite'>>>;
  /** Whether it asks the state table's due index. */
  readsDueIndex: boolean;
  sendsTo: readonly QueueName[];
  /** Dead-letter queues that it moves messages to by its own decision. */
  deadLettersTo: readonly QueueName[];
  /** Queues whose messages it hides for longer, to try again later. */
  changesVisibilityOf: readonly QueueName[];
  sendsMail: boolean;
  /** Text messages and events. */
  usesOutlets: boolean;
  readsSecrets: boolean;
  /** Sends to its own queue on purpose, which Lambda's loop detection would otherwise stop after some 16 hops. */
  allowRecursion: boolean;
}

/** Secrets Manager names start with this. */
export const SECRET_PREFIX = 'tocsin/';

/** What invokes a function, and what it may do, unless it says so. */
const NOTHING = {
  queueSources: [],
  logSubscription: null,
  everyMs: null,
  readsDueIndex: false,
  sendsTo: [],
  deadLettersTo: [],
  changesVisibilityOf: [],
  sendsMail: false,
  usesOutlets: false,
  readsSecrets: false,
  allowRecursion: false,
} as const;

/** Each is built from the `handler` of `functions/NAME/handler.ts`. */
export const FUNCTIONS: Readonly<Record<FunctionName, FunctionTopology>> = {
  matcher: {
    ...NOTHING,
    memoryMb: 1024,
    timeoutMs: MINUTE_MS,
    // One message is a whole batch of log events, up to 1 MB compressed.
    queueSources: [{ queue: 'matcher-failures', batchSize: 1, maximumConcurrency: 2 }],
    logSubscription: { onFailure: 'matcher-failures' },
    environment: [
      'TOCSIN_CONFIG_TABLE',
      'TOCSIN_STATE_TABLE',
      'TOCSIN_ALERTS_QUEUE_URL',
      'TOCSIN_OWN_LOG_GROUPS',
    ],
    tables: { config: 'read', state: 'readWrite' },
    sendsTo: ['alerts'],
  },
  evaluator: {
    ...NOTHING,
    memoryMb: 512,
    // Under a minute, so that a slow round does not overlap the next.
    timeoutMs: 50 * SECOND_MS,
    everyMs: MINUTE_MS,
    environment: [
      'TOCSIN_CONFIG_TABLE',
      'TOCSIN_STATE_TABLE',
      'TOCSIN_ALERTS_QUEUE_URL',
      'TOCSIN_DELIVERIES_QUEUE_URL',
    ],
    tables: { config: 'read', state: 'readWrite' },
    readsDueIndex: true,
    sendsTo: ['alerts', 'deliveries'],
  },
  dispatcher: {
    ...NOTHING,
    memoryMb: 512,
    timeoutMs: 30 * SECOND_MS,
    queueSources: [{ queue: 'alerts', batchSize: 10, maximumConcurrency: 10 }],
    environment: [
      'TOCSIN_CONFIG_TABLE',
      'TOCSIN_STATE_TABLE',
      'TOCSIN_ALERTS_QUEUE_URL',
      'TOCSIN_DELIVERIES_QUEUE_URL',
    ],
    tables: { config: 'read', state: 'readWrite' },
    // To its own queue: the timers of groups.
    sendsTo: ['alerts', 'deliveries'],
    allowRecursion: true,
  },
  notifier: {
    ...NOTHING,
    memoryMb: 512,
    timeoutMs: MINUTE_MS,
    queueSources: [{ queue: 'deliveries', batchSize: 10, maximumConcurrency: 10 }],
    environment: [
      'TOCSIN_CONFIG_TABLE',
      'TOCSIN_STATE_TABLE',
      'TOCSIN_ALERTS_QUEUE_URL',
      'TOCSIN_DELIVERIES_QUEUE_URL',
      'TOCSIN_DELIVERIES_DLQ_URL',
      'TOCSIN_ALLOWED_HOSTS',
      'TOCSIN_MAIL_FROM',
      'TOCSIN_CONFIGURATION_SET',
      'TOCSIN_RESPONDER_URL',
      'TOCSIN_LINKS_SECRET',
    ],
    tables: { config: 'read', state: 'readWrite' },
    // What a fallback is told, and the timer of its digest. A delivery that must wait stays where it is, hidden: a copy
    // sent anew would count as a hop of a loop.
    sendsTo: ['alerts', 'deliveries'],
    deadLettersTo: ['deliveries'],
    changesVisibilityOf: ['deliveries'],
    sendsMail: true,
    usesOutlets: true,
    readsSecrets: true,
    // A fallback's message goes to its own queue, once for each receiver.
    allowRecursion: true,
  },
  responder: {
    ...NOTHING,
    memoryMb: 512,
    timeoutMs: 10 * SECOND_MS,
    environment: ['TOCSIN_STATE_TABLE', 'TOCSIN_LINKS_SECRET'],
    // Everybody can call it: it writes only what its forms are for, which `responder.ts` lets it.
    tables: { state: 'read' },
    // Its one secret, the key of its links, is not among the receivers'.
    readsSecrets: false,
  },
};
