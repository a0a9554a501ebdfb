import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Running } from '../../../infra/http/listen.ts';
import { DueIndex } from '../../../infra/local/aws/due-index.ts';
import { ensureTable, localDynamoClient, startDynamoDb } from '../../../infra/local/aws/dynamo.ts';
import { DynamoTable } from '../../../shared/aws/table.ts';
import { dueAt, dueKeys } from '../../../shared/due.ts';
import type { Table } from '../../../shared/ports.ts';

const ENTRIES_MAX = 20;

let server: Running;
let client: ReturnType<typeof localDynamoClient>;
beforeAll(async () => {
  server = await startDynamoDb();
  client = localDynamoClient(server.url);
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});

/** A table with so many timers, and how often its shards were asked one by one. */
async function tableWith(timers: number) {
  const name = `timers-${timers}`;
  await ensureTable(client, name, true);
  const table = new DynamoTable(client, name);
  const key = (number: number) => ({ pk: 'timer', sk: String(number) });
  // Later ones first: the order is that of the times.
  for (let number = timers; number > 0; number -= 1)
    await table.put({ ...key(number), ...dueAt(key(number), number) });
  let asked = 0;
  const counted: Table = Object.assign(Object.create(table), {
    due: (shard: string, until: number, limit: number) => {
      asked += 1;
      return table.due(shard, until, limit);
    },
  });
  return { table, index: new DueIndex(client, name, ENTRIES_MAX).around(counted), asked: () => asked, key };
}

it.each([0, ENTRIES_MAX, ENTRIES_MAX + 1])('answers for %i timers as the shards do', async (timers) => {
  const { table, index } = await tableWith(timers);
  for (const [until, perShard] of [
    [0, 10],
    [timers / 2, 10],
    [timers / 2, 1],
    [Number.MAX_SAFE_INTEGER, 1000],
  ] as const)
    expect(await dueKeys(index, until, perShard)).toEqual(await dueKeys(table, until, perShard));
});

it('asks the shards one by one only where there are many, and never remembers', async () => {
  const few = await tableWith(3);
  expect((await dueKeys(few.index, 3)).length).toBe(3);
  await few.table.delete(few.key(2));
  expect((await dueKeys(few.index, 3)).map(({ dueAt: at }) => at).sort()).toEqual([1, 3]);
  expect(few.asked()).toBe(0);
  const many = await tableWith(ENTRIES_MAX + 2);
  expect((await dueKeys(many.index, ENTRIES_MAX + 2)).length).toBe(ENTRIES_MAX + 2);
  expect(many.asked()).toBeGreaterThan(1);
});
