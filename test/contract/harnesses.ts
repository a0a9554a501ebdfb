import { MemoryTable } from '../../shared/memory/table.ts';
import { type DynamoHarness, startDynamo } from './dynamo.ts';

/** Every implementation of the `Table` port that must behave alike. */
export const harnesses: { name: string; open: () => Promise<DynamoHarness> }[] = [
  {
    name: 'memory',
    open: async () => ({ table: async (meter) => new MemoryTable(meter), stop: async () => {} }),
  },
  { name: 'DynamoDB', open: startDynamo },
];
