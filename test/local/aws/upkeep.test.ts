import { expect, it } from 'vitest';
import { ensureTable, localDynamoClient, startDynamoDb } from '../../../infra/local/aws/dynamo.ts';
import { removeExpired } from '../../../infra/local/aws/upkeep.ts';
import { DynamoTable } from '../../../shared/aws/table.ts';

it('removes what has expired, and nothing else, however much there is', async () => {
  const server = await startDynamoDb();
  const client = localDynamoClient(server.url);
  await ensureTable(client, 'state', true);
  const table = new DynamoTable(client, 'state');
  // More than one page of a scan.
  const padding = 'x'.repeat(100_000);
  for (let number = 0; number < 30; number += 1)
    await table.put({ pk: `old-${number}`, sk: 'x', ttl: 10 + number, padding });
  await table.put({ pk: 'for ever', sk: 'x' });
  expect(await removeExpired(client, 'state', 35_999)).toBe(25);
  const left = (await table.scan()).map(({ pk }) => pk).sort();
  expect(left).toEqual(['for ever', 'old-25', 'old-26', 'old-27', 'old-28', 'old-29']);
  expect(await removeExpired(client, 'state', 35_999)).toBe(0);
  client.destroy();
  await server.stop();
});
