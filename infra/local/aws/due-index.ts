import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { DueKey, Table } from '../../../shared/ports.ts';

/** Beyond it, a look at what is due next costs more than the shards' heads do. */
const ENTRIES_MAX = 200;

/**
 * The due index of a table on this machine, read whole by one request as long as it is small: it has as many shards as
 * a stack on AWS may need, and asking each of them is most of what looking for the next timer takes. Shards that are
 * asked for together share the request.
 */
export class DueIndex {
  readonly #client: DynamoDBClient;
  readonly #name: string;
  readonly #entriesMax: number;
  #reading: Promise<ReadonlyMap<string, DueKey[]> | null> | null = null;

  constructor(client: DynamoDBClient, name: string, entriesMax = ENTRIES_MAX) {
    this.#client = client;
    this.#name = name;
    this.#entriesMax = entriesMax;
  }

  /** The table, whose timers are looked up here. */
  readonly around = (table: Table): Table => ({
    get: (key) => table.get(key),
    query: (query) => table.query(query),
    update: (key, change, condition) => table.update(key, change, condition),
    put: (item, condition) => table.put(item, condition),
    delete: (key, condition) => table.delete(key, condition),
    scan: () => table.scan(),
    due: async (shard, until, limit) => {
      const entries = await this.#whole();
      if (entries === null) return await table.due(shard, until, limit);
      return (entries.get(shard) ?? []).filter(({ dueAt }) => dueAt <= until).slice(0, limit);
    },
  });

  /** Who asks later gets what was written by then. */
  #whole(): Promise<ReadonlyMap<string, DueKey[]> | null> {
    if (this.#reading === null) {
      this.#reading = this.#read();
      queueMicrotask(() => {
        this.#reading = null;
      });
    }
    return this.#reading;
  }

  /** By shard, earliest first; null: there is more than it is worth reading. */
  async #read(): Promise<ReadonlyMap<string, DueKey[]> | null> {
    const command = new ScanCommand({ TableName: this.#name, IndexName: 'due', Limit: this.#entriesMax });
    const { Items = [], LastEvaluatedKey } = await this.#client.send(command);
    if (LastEvaluatedKey !== undefined) return null;
    const shards = new Map<string, DueKey[]>();
    for (const { dueShard, dueAt, pk, sk } of Items) {
      const shard = dueShard?.S ?? '';
      const entry = { pk: pk?.S ?? '', sk: sk?.S ?? '', dueAt: Number(dueAt?.N) };
      shards.set(shard, [...(shards.get(shard) ?? []), entry]);
    }
    for (const entries of shards.values()) entries.sort((a, b) => a.dueAt - b.dueAt);
    return shards;
  }
}
