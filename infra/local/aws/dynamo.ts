import type { Server } from 'node:http';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { HEARS_WARNINGS } from '../../../functions/aws-clients.ts';
import { listen, type Running } from '../../http/listen.ts';
import { refuseWebPages } from '../../http/web-pages.ts';
import { closeIterators } from './closed-iterators.ts';

/** Stand-ins accept any credentials, but the SDK insists on some. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
export const LOCAL_REGION = 'us-east-1';
export const LOCAL_TABLES = { config: 'tocsin-config', state: 'tocsin-state' } as const;

/** Starts the embedded DynamoDB; `path` is a folder that keeps the tables, without it they live in memory. */
export async function startDynamoDb(path?: string): Promise<Running> {
  closeIterators();
  const options = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const server: Server = dynalite(path === undefined ? options : { ...options, path });
  refuseWebPages(server);
  // A kept connection must not be closed at the very moment it is used again, however busy the process is.
  server.keepAliveTimeout = 0;
  return await listen(server);
}

/** A client of the embedded DynamoDB. */
export function localDynamoClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    logger: HEARS_WARNINGS,
  });
}

/**
 * Creates a table with keys `pk` and `sk`, and the index of what is due where asked; an existing one is kept. It can be
 * used from then on.
 */
export async function ensureTable(
  client: DynamoDBClient,
  name: string,
  withDueIndex: boolean,
): Promise<void> {
  const text = (attribute: string) => ({ AttributeName: attribute, AttributeType: 'S' as const });
  const command = new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      text('pk'),
      text('sk'),
      ...(withDueIndex ? [text('dueShard'), { AttributeName: 'dueAt', AttributeType: 'N' as const }] : []),
    ],
    ...(withDueIndex ? { GlobalSecondaryIndexes: [DUE_INDEX] } : {}),
  });
  await client.send(command).catch((error: unknown) => {
    if (!(error instanceof ResourceInUseException)) throw error;
  });
  for (let looks = 1; !(await isActive(client, name)); looks++) {
    if (looks === LOOKS_MAX) throw new Error(`The embedded DynamoDB does not get the table ${name} ready.`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** The table is ready after one or two, unless a sudden death interrupted its creation. */
const LOOKS_MAX = 1_000;

async function isActive(client: DynamoDBClient, name: string): Promise<boolean> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  return Table?.TableStatus === 'ACTIVE';
}

const DUE_INDEX = {
  IndexName: 'due',
  KeySchema: [
    { AttributeName: 'dueShard', KeyType: 'HASH' as const },
    { AttributeName: 'dueAt', KeyType: 'RANGE' as const },
  ],
  Projection: { ProjectionType: 'KEYS_ONLY' as const },
};
