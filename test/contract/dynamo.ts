import { ensureTable, localDynamoClient, startDynamoDb } from '../../infra/local/aws/dynamo.ts';
import { DynamoTable } from '../../shared/aws/table.ts';
import type { Meter, Table } from '../../shared/ports.ts';

export interface DynamoHarness {
  /** A new, empty table; the meter is told what its calls consume. */
  table(meter?: Meter): Promise<Table>;
  stop(): Promise<void>;
}

/** On the embedded DynamoDB, or on the one that TOCSIN_TEST_DYNAMODB names (for example Amazon's DynamoDB Local). */
export async function startDynamo(): Promise<DynamoHarness> {
  const endpoint = process.env.TOCSIN_TEST_DYNAMODB;
  const server = endpoint === undefined ? await startDynamoDb() : undefined;
  const client = localDynamoClient(endpoint ?? server?.url ?? '');
  let created = 0;
  return {
    async table(meter) {
      created += 1;
      const name = `contract-${process.pid}-${created}`;
      await ensureTable(client, name, true);
      return new DynamoTable(client, name, meter);
    },
    async stop() {
      client.destroy();
      await server?.stop();
    },
  };
}
