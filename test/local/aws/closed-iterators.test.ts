import { createRequire } from 'node:module';
import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { expect, it, vi } from 'vitest';
import { ensureTable, localDynamoClient, startDynamoDb } from '../../../infra/local/aws/dynamo.ts';

interface Iterating {
  next(): Promise<unknown>;
}

const requireOfDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));

it('a walk over the embedded DynamoDB leaves nothing open behind it, whole or not', async () => {
  const { url, stop } = await startDynamoDb();
  const client = localDynamoClient(url);
  await ensureTable(client, 'walked', true);
  for (const sk of ['a', 'b', 'c', 'd'])
    await client.send(new PutItemCommand({ TableName: 'walked', Item: { pk: { S: 'one' }, sk: { S: sk } } }));

  const { MemoryLevel } = requireOfDynalite('memory-level') as {
    MemoryLevel: { prototype: { values(options?: object): Iterating } };
  };
  const walks = vi.spyOn(MemoryLevel.prototype, 'values');
  for (const Limit of [1, 100])
    await client.send(
      new QueryCommand({
        TableName: 'walked',
        Limit,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'one' } },
      }),
    );
  const iterators = walks.mock.results.map(({ value }) => value as Iterating);
  expect(iterators).toHaveLength(2);
  for (const iterator of iterators)
    await expect
      .poll(() => iterator.next().catch(({ code }) => code), { timeout: 60_000 })
      .toBe('LEVEL_ITERATOR_NOT_OPEN');

  client.destroy();
  await stop();
});
