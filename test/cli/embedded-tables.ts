import { ensureTable, LOCAL_TABLES, localDynamoClient, startDynamoDb } from '../../infra/local/aws/dynamo.ts';
import { DynamoTable } from '../../shared/aws/table.ts';

/** The two tables in an embedded DynamoDB. */
export async function startTables() {
  const { url, stop } = await startDynamoDb();
  const client = localDynamoClient(url);
  await ensureTable(client, LOCAL_TABLES.config, false);
  await ensureTable(client, LOCAL_TABLES.state, true);
  return {
    url,
    config: new DynamoTable(client, LOCAL_TABLES.config),
    state: new DynamoTable(client, LOCAL_TABLES.state),
    async stop() {
      client.destroy();
      await stop();
    },
  };
}

export type Tables = Awaited<ReturnType<typeof startTables>>;
