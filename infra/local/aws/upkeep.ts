/** What DynamoDB does by itself and the embedded one does not: items whose time is over vanish. */
import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { forEachConcurrently } from '../../../shared/concurrency.ts';
import type { Item } from '../../../shared/ports.ts';

const DELETIONS_AT_A_TIME = 4;
const OVER = { ExpressionAttributeNames: { '#ttl': 'ttl' } };

/** Removes what expired before `now` (ms), a page at a time; answers how many items that were. */
export async function removeExpired(client: DynamoDBClient, table: string, now: number): Promise<number> {
  const documents = DynamoDBDocumentClient.from(client);
  const before = { ...OVER, ExpressionAttributeValues: { ':now': Math.floor(now / 1000) } };
  let removed = 0;
  for await (const page of pagesOf(documents, {
    TableName: table,
    ...before,
    FilterExpression: '#ttl < :now',
  })) {
    removed += page.length;
    await forEachConcurrently(page, DELETIONS_AT_A_TIME, async ({ pk, sk }) => {
      // Somebody may have given it more time meanwhile.
      const request = { TableName: table, Key: { pk, sk }, ...before, ConditionExpression: '#ttl < :now' };
      await documents.send(new DeleteCommand(request)).catch((error: unknown) => {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      });
    });
  }
  return removed;
}

/** Every item that has an attribute, one after the other: however many others there are, they are not kept in memory. */
export async function* itemsWith(
  client: DynamoDBClient,
  table: string,
  attribute: string,
): AsyncGenerator<Item> {
  const request = {
    TableName: table,
    FilterExpression: 'attribute_exists(#attribute)',
    ExpressionAttributeNames: { '#attribute': attribute },
  };
  for await (const page of pagesOf(DynamoDBDocumentClient.from(client), request)) yield* page;
}

async function* pagesOf(
  documents: DynamoDBDocumentClient,
  request: ConstructorParameters<typeof ScanCommand>[0],
): AsyncGenerator<Item[]> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new ScanCommand({ ...request, ConsistentRead: true, ExclusiveStartKey: start }),
    );
    yield (page.Items ?? []) as Item[];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
