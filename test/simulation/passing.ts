import type { Change, Condition, DueKey, Item, Key, Query, Table } from '../../shared/ports.ts';

/** A table that passes everything on; mutants override what they break. */
export class Passing implements Table {
  protected readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  get(key: Key): Promise<Item | undefined> {
    return this.table.get(key);
  }

  query(query: Query): Promise<Item[]> {
    return this.table.query(query);
  }

  update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    return this.table.update(key, change, condition);
  }

  put(item: Item, condition?: Condition): Promise<boolean> {
    return this.table.put(item, condition);
  }

  delete(key: Key, condition?: Condition): Promise<boolean> {
    return this.table.delete(key, condition);
  }

  due(shard: string, until: number, limit: number): Promise<DueKey[]> {
    return this.table.due(shard, until, limit);
  }

  scan(): Promise<Item[]> {
    return this.table.scan();
  }
}
