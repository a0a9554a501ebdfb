import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  DynamoDBServiceException,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import {
  type Change,
  type Condition,
  type DueKey,
  type Item,
  type Key,
  PortError,
  type Query,
  type Table,
} from '../ports.ts';
import { conditionExpression, type Expression, Names, updateExpression } from './expressions.ts';

const DUE_INDEX = 'due';

/** The `Table` port on a DynamoDB table with keys `pk` and `sk` and, where timers live in it, the index `due`. */
export class DynamoTable implements Table {
  readonly #client: DynamoDBDocumentClient;
  readonly #name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.#client = DynamoDBDocumentClient.from(client, {
      marshallOptions: { removeUndefinedValues: true },
      // People type numbers that no double holds: they are rounded, where the SDK would refuse the whole page.
      unmarshallOptions: { wrapNumbers: Number },
    });
    this.#name = name;
  }

  async get({ pk, sk }: Key): Promise<Item | undefined> {
    return await translated(async () => {
      const command = new GetCommand({ TableName: this.#name, Key: { pk, sk }, ConsistentRead: true });
      return (await this.#client.send(command)).Item as Item | undefined;
    });
  }

  async query({ pk, from, to, descending = false, limit }: Query): Promise<Item[]> {
    const items: Item[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await translated(() =>
        this.#client.send(
          new QueryCommand({
            TableName: this.#name,
            ConsistentRead: true,
            ...keyCondition(pk, from, to),
            ScanIndexForward: !descending,
            Limit: limit === undefined ? undefined : limit - items.length,
            ExclusiveStartKey: start,
          }),
        ),
      );
      items.push(...((page.Items ?? []) as Item[]));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && (limit === undefined || items.length < limit));
    return items;
  }

  async update({ pk, sk }: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    const names = new Names();
    const expression = { ...updateExpression(change, names), ...conditionExpression(condition, names) };
    return await guarded(undefined, async () => {
      const command = new UpdateCommand({
        TableName: this.#name,
        Key: { pk, sk },
        ReturnValues: 'ALL_NEW',
        ...expression,
        ...names.attributes(),
      });
      return (await this.#client.send(command)).Attributes as Item;
    });
  }

  async put(item: Item, condition?: Condition): Promise<boolean> {
    const names = new Names();
    const expression = conditionExpression(condition, names);
    return await guarded(false, async () => {
      const command = { TableName: this.#name, Item: item, ...expression, ...names.attributes() };
      await this.#client.send(new PutCommand(command));
      return true;
    });
  }

  async delete({ pk, sk }: Key, condition?: Condition): Promise<boolean> {
    const names = new Names();
    const expression = conditionExpression(condition, names);
    return await guarded(false, async () => {
      const command = { TableName: this.#name, Key: { pk, sk }, ...expression, ...names.attributes() };
      await this.#client.send(new DeleteCommand(command));
      return true;
    });
  }

  async due(shard: string, until: number, limit: number): Promise<DueKey[]> {
    return await translated(async () => {
      const command = new QueryCommand({
        TableName: this.#name,
        IndexName: DUE_INDEX,
        KeyConditionExpression: 'dueShard = :shard AND dueAt <= :until',
        ExpressionAttributeValues: { ':shard': shard, ':until': until },
        Limit: limit,
      });
      return ((await this.#client.send(command)).Items ?? []).map(({ pk, sk, dueAt }) => ({ pk, sk, dueAt }));
    });
  }

  async scan(): Promise<Item[]> {
    const items: Item[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await translated(() =>
        this.#client.send(
          new ScanCommand({ TableName: this.#name, ConsistentRead: true, ExclusiveStartKey: start }),
        ),
      );
      items.push(...((page.Items ?? []) as Item[]));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }
}

function keyCondition(pk: string, from: string | undefined, to: string | undefined): Expression {
  const values: Record<string, string> = { ':pk': pk };
  if (from !== undefined) values[':from'] = from;
  if (to !== undefined) values[':to'] = to;
  const range =
    from !== undefined && to !== undefined
      ? ' AND sk BETWEEN :from AND :to'
      : from !== undefined
        ? ' AND sk >= :from'
        : to !== undefined
          ? ' AND sk <= :to'
          : '';
  return { KeyConditionExpression: `pk = :pk${range}`, ExpressionAttributeValues: values };
}

async function guarded<Result>(refused: Result, call: () => Promise<Result>): Promise<Result> {
  try {
    return await translated(call);
  } catch (error) {
    if (error instanceof PortError && error.code === 'ConditionalCheckFailedException') return refused;
    throw error;
  }
}

async function translated<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw asPortError(error);
  }
}

function asPortError(error: unknown): unknown {
  if (!(error instanceof DynamoDBServiceException)) return error;
  const permanent = error.$fault === 'client' && error.$retryable === undefined;
  return new PortError(error.name, `DynamoDB: ${error.message}`, {
    status: error.$metadata.httpStatusCode,
    transient: !permanent && !(error instanceof ConditionalCheckFailedException),
  });
}
