/** Where a command works: a `tocsin local` that runs on this machine, or a stack on AWS. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoTable } from '../../shared/aws/table.ts';
import { EnvironmentError, UsageError } from '../terminal/usage-error.ts';

/** The options of every command that needs a place, for `parseArgs`. */
export const PLACE_OPTIONS = {
  local: { type: 'string' },
  stack: { type: 'string' },
  region: { type: 'string' },
  profile: { type: 'string' },
} as const;

/** The same for a command's usage. */
export const PLACE_USAGE = `  --local URL          a running \`tocsin local\`: its console, or its DynamoDB
  --stack NAME         a stack on AWS (default: Tocsin), with --region NAME and --profile NAME as in the AWS CLI`;

export interface PlaceChoice {
  local?: string | undefined;
  stack?: string | undefined;
  region?: string | undefined;
  profile?: string | undefined;
}

/** What every AWS client is made with; a stand-in's `endpoint` comes on top. */
export interface ClientSettings {
  region?: string;
  profile?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

export interface Connection {
  config: DynamoTable;
  state: DynamoTable;
  /** For people: `stack Tocsin`, or the URL. */
  name: string;
  /** null: on AWS. */
  local: LocalPlace | null;
  settings: ClientSettings;
  /** The stack's outputs by name; empty for a local one. */
  outputs: Readonly<Record<string, string>>;
  close(): void;
}

interface LocalPlace {
  /** Where each part listens: `console`, `dynamodb`, `sqs`, …; only `dynamodb` where that alone is known. */
  urls: Readonly<Record<string, string>>;
}

interface Found extends Omit<Connection, 'config' | 'state' | 'close'> {
  dynamoEndpoint: string | null;
  tables: { config: string; state: string };
}

const STACK_DEFAULT = 'Tocsin';
const ASK_MS_MAX = 3000;

/**
 * Does some work in the place that was chosen, and closes the way there.
 * @throws UsageError, EnvironmentError where the place cannot be found
 */
export async function inPlace<Result>(
  choice: PlaceChoice,
  work: (place: Connection) => Promise<Result>,
): Promise<Result> {
  const place = await connect(choice);
  try {
    return await work(place);
  } finally {
    place.close();
  }
}

async function connect(choice: PlaceChoice): Promise<Connection> {
  const { dynamoEndpoint, tables, ...found } = await findPlace(choice);
  const { DynamoDBClient: Client } = await import('@aws-sdk/client-dynamodb');
  const { DynamoTable: Table } = await import('../../shared/aws/table.ts');
  const endpoint = dynamoEndpoint === null ? {} : { endpoint: dynamoEndpoint };
  const client: DynamoDBClient = new Client({ ...found.settings, ...endpoint });
  if (found.local !== null && found.local.urls.console === undefined)
    await requireTable(client, tables.config, found.name);
  return {
    ...found,
    config: new Table(client, tables.config),
    state: new Table(client, tables.state),
    close: () => client.destroy(),
  };
}

/** @throws EnvironmentError where no embedded DynamoDB answers: the page of the mails, perhaps, or another program. */
async function requireTable(client: DynamoDBClient, table: string, url: string): Promise<void> {
  const { DescribeTableCommand } = await import('@aws-sdk/client-dynamodb');
  try {
    await client.send(new DescribeTableCommand({ TableName: table }));
  } catch (cause) {
    client.destroy();
    throw new EnvironmentError(
      `What answers at ${url} is neither the console of \`tocsin local\` nor its DynamoDB.`,
      { cause },
    );
  }
}

async function findPlace(choice: PlaceChoice): Promise<Found> {
  if (choice.local === undefined) return await findStack(choice);
  if (choice.stack !== undefined)
    throw new UsageError('--local and --stack were both given, expected one of them.');
  return await findLocal(choice.local);
}

async function findLocal(url: string): Promise<Found> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(`--local ${url} is no address, expected one such as http://127.0.0.1:41234.`);
  const { LOCAL_CREDENTIALS, LOCAL_REGION, LOCAL_TABLES } = await import('../../infra/local/aws/dynamo.ts');
  const place = await askConsole(url);
  const urls = place ?? { dynamodb: url };
  return {
    name: url,
    local: { urls },
    settings: { region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS },
    outputs: {},
    dynamoEndpoint: urls.dynamodb ?? url,
    tables: LOCAL_TABLES,
  };
}

/** What the console at URL says of its parts; null where something else answers there. */
async function askConsole(url: string): Promise<Record<string, string> | null> {
  const signal = AbortSignal.timeout(ASK_MS_MAX);
  try {
    const answer = await fetch(new URL('/api/stack', url), { redirect: 'error', signal });
    const { urls } = JSON.parse(await answer.text()) as { urls?: Record<string, string> };
    return urls ?? null;
  } catch (error) {
    // Something answered, and it is no console: the embedded DynamoDB.
    if (error instanceof SyntaxError) return null;
    throw new EnvironmentError(`Nothing answers at ${url}: is \`tocsin local\` running?`, { cause: error });
  }
}

async function findStack({ stack = STACK_DEFAULT, region, profile }: PlaceChoice): Promise<Found> {
  const settings = {
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
  };
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(settings);
  const { Stacks: [found] = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
  client.destroy();
  const outputs = Object.fromEntries(
    (found?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
  const { ConfigTable: config, StateTable: state } = outputs;
  if (config === undefined || state === undefined)
    throw new EnvironmentError(
      `The stack ${stack} has no outputs ConfigTable and StateTable: is it a stack of tocsin?`,
    );
  return {
    name: `stack ${stack}`,
    local: null,
    settings,
    outputs,
    dynamoEndpoint: null,
    tables: { config, state },
  };
}
