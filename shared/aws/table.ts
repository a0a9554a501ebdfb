import {
  ConditionalCheckFailedException,
  type ConsumedCapacity,
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
  type Consumed,
  type DueKey,
  type Item,
  type Key,
  type Meter,
  PortError,
  type Query,
  type Table,
} from '../ports.ts';
import { conditionExpression, type Expression, Names, updateExpression } from './expressions.ts';

const DUE_INDEX = 'due';

/**
 * The `Table` port on a DynamoDB table with keys `pk` and `sk` and, where timers live in it, the index `due`. A meter
 * is told what DynamoDB says that each call consumed; a refused write, of which it says nothing, counts one unit.
 */
export class DynamoTable implements Table {
  readonly #client: DynamoDBDocumentClient;
  readonly #meter: Meter | undefined;
  /** What every request names: the table, and whether its consumption is asked for. */
  readonly #request: { TableName: string; ReturnConsumedCapacity?: 'INDEXES' };

  constructor(client: DynamoDBClient, name: string, meter?: Meter) {
    this.#client = DynamoDBDocumentClient.from(client, {
      marshallOptions: { removeUndefinedValues: true },
      // People type numbers that no double holds: they are rounded, where the SDK would refuse the whole page.
      unmarshallOptions: { wrapNumbers: Number },
    });
    this.#meter = meter;
    this.#request = {
      TableName: name,
      ...(meter === undefined ? {} : { ReturnConsumedCapacity: 'INDEXES' as const }),
    };
  }

  async get({ pk, sk }: Key): Promise<Item | undefined> {
    return await translated(async () => {
      const command = new GetCommand({ ...this.#request, Key: { pk, sk }, ConsistentRead: true });
      const answer = await this.#client.send(command);
      this.#consumed('get', answer);
      return answer.Item as Item | undefined;
    });
  }

  async query({ pk, from, to, descending = false, limit }: Query): Promise<Item[]> {
    const items: Item[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await translated(() =>
        this.#client.send(
          new QueryCommand({
            ...this.#request,
            ConsistentRead: true,
            ...keyCondition(pk, from, to),
            ScanIndexForward: !descending,
            Limit: limit === undefined ? undefined : limit - items.length,
            ExclusiveStartKey: start,
          }),
        ),
      );
      this.#consumed('query', page);
      for (const item of page.Items ?? []) items.push(item as Item);
      start = page.LastEvaluatedKey;
    } while (start !== undefined && (limit === undefined || items.length < limit));
    return items;
  }

  async update({ pk, sk }: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    const names = new Names();
    const expression = { ...updateExpression(change, names), ...conditionExpression(condition, names) };
    return await this.#guarded('update', undefined, async () => {
      const command = new UpdateCommand({
        ...this.#request,
        Key: { pk, sk },
        ReturnValues: 'ALL_NEW',
        ...expression,
        ...names.attributes(),
      });
      const answer = await this.#client.send(command);
      this.#consumed('update', answer);
      return answer.Attributes as Item;
    });
  }

  async put(item: Item, condition?: Condition): Promise<boolean> {
    const names = new Names();
    const expression = conditionExpression(condition, names);
    return await this.#guarded('put', false, async () => {
      const command = { ...this.#request, Item: item, ...expression, ...names.attributes() };
      this.#consumed('put', await this.#client.send(new PutCommand(command)));
      return true;
    });
  }

  async delete({ pk, sk }: Key, condition?: Condition): Promise<boolean> {
    const names = new Names();
    const expression = conditionExpression(condition, names);
    return await this.#guarded('delete', false, async () => {
      const command = { ...this.#request, Key: { pk, sk }, ...expression, ...names.attributes() };
      this.#consumed('delete', await this.#client.send(new DeleteCommand(command)));
      return true;
    });
  }

  async due(shard: string, until: number, limit: number): Promise<DueKey[]> {
    return await translated(async () => {
      const command = new QueryCommand({
        ...this.#request,
        IndexName: DUE_INDEX,
        KeyConditionExpression: 'dueShard = :shard AND dueAt <= :until',
        ExpressionAttributeValues: { ':shard': shard, ':until': until },
        Limit: limit,
      });
      const answer = await this.#client.send(command);
      this.#consumed('due', answer);
      return (answer.Items ?? []).map(({ pk, sk, dueAt }) => ({ pk, sk, dueAt }));
    });
  }

  async scan(): Promise<Item[]> {
    const items: Item[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await translated(() =>
        this.#client.send(
          new ScanCommand({ ...this.#request, ConsistentRead: true, ExclusiveStartKey: start }),
        ),
      );
      this.#consumed('scan', page);
      for (const item of page.Items ?? []) items.push(item as Item);
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }

  #consumed(operation: Consumed['operation'], answer: { ConsumedCapacity?: ConsumedCapacity | undefined }) {
    const units = answer.ConsumedCapacity?.CapacityUnits ?? 0;
    const reads = operation === 'get' || operation === 'query' || operation === 'due' || operation === 'scan';
    this.#meter?.({ operation, readUnits: reads ? units : 0, writeUnits: reads ? 0 : units });
  }

  async #guarded<Result>(
    operation: Consumed['operation'],
    refused: Result,
    call: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await translated(call);
    } catch (error) {
      if (!(error instanceof PortError) || error.code !== 'ConditionalCheckFailedException') throw error;
      this.#meter?.({ operation, readUnits: 0, writeUnits: 1 });
      return refused;
    }
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
