import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureTable, localDynamoClient, startDynamoDb } from '../../infra/local/aws/dynamo.ts';
import { itemsWith } from '../../infra/local/aws/upkeep.ts';
import { recoverAfterRestart } from '../../infra/local/recover.ts';
import { DynamoTable } from '../../shared/aws/table.ts';
import { dueAt, dueKeys } from '../../shared/due.ts';
import type { Item, Table } from '../../shared/ports.ts';

const TABLE = 'tocsin-state';
const DEAD_AT = 5_000;
const NOW = 7_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-recover-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function withTable<Answer>(
  work: (table: Table, timed: () => AsyncIterable<Item>) => Promise<Answer>,
): Promise<Answer> {
  const server = await startDynamoDb(folder);
  const client = localDynamoClient(server.url);
  await ensureTable(client, TABLE, true);
  try {
    return await work(new DynamoTable(client, TABLE), () => itemsWith(client, TABLE, 'dueAt'));
  } finally {
    client.destroy();
    await server.stop();
  }
}

/** Dies within a write: dynalite has brought its index from one state of an item to another, and not the item. */
async function dieWithin(before: Item | undefined, after: Item): Promise<void> {
  const dynalite = createRequire(import.meta.url)('dynalite/db');
  const store = dynalite.create({ path: folder });
  const table = await promisify(store.getTable)(TABLE, false);
  await promisify(dynalite.updateIndexes)(store, table, before && marshalled(before), marshalled(after));
  await store.db.close();
}

/** As DynamoDB's API writes text and numbers. */
function marshalled(item: Item) {
  const values = Object.entries(item).map(([name, value]) => [
    name,
    typeof value === 'number' ? { N: String(value) } : { S: value },
  ]);
  return Object.fromEntries(values);
}

function item(pk: string, at: number | undefined, rest: Record<string, string | number> = {}): Item {
  const key = { pk, sk: 'x' };
  return { ...key, status: 'pending', ...rest, ...(at === undefined ? {} : dueAt(key, at)) };
}

const entries = async (table: Table) =>
  (await dueKeys(table, Number.MAX_SAFE_INTEGER)).map(({ pk, dueAt: at }) => `${pk} ${at}`).sort();

it('finds what a sudden death left out of the index, and forgets what it left in it alone', async () => {
  const notes = ['notification#postponed', 'notification#finished'].map((pk) => item(pk, 1_000));
  const [postponed, finished] = notes;
  const rung = item('group#rung', 1_000, { leaseUntil: 90_000 });
  const fires = item('alert#fires', 9_000, { seq: 1, confirmedSeq: 1 });
  const rests = item('notification#rests', undefined);
  await withTable(async (table) => {
    for (const one of [...notes, rung, fires, rests]) await table.put(one);
  });
  await dieWithin(postponed, item('notification#postponed', DEAD_AT));
  await dieWithin(finished, item('notification#finished', undefined));
  await dieWithin(fires, item('alert#fires', DEAD_AT));
  await dieWithin(undefined, item('notification#never', DEAD_AT));
  await dieWithin(rests, item('notification#rests', DEAD_AT));

  await withTable(async (table, timed) => {
    expect(await entries(table)).toContain(`notification#never ${DEAD_AT}`);
    await recoverAfterRestart(table, timed, NOW);
    const mended = ['alert#fires 9000', 'group#rung', 'notification#finished', 'notification#postponed'];
    expect(await entries(table)).toEqual(mended.map((name) => (/ \d/.test(name) ? name : `${name} ${NOW}`)));
    const stored = await table.scan();
    expect(stored.map(({ pk }) => pk).sort()).toEqual([
      ...mended.map((name) => name.split(' ')[0]),
      'notification#rests',
    ]);
    expect(await table.get({ pk: 'group#rung', sk: 'x' })).toMatchObject({ leaseUntil: 0 });
    expect(await table.get({ pk: 'notification#rests', sk: 'x' })).toEqual(rests);
  });
});
