import type { Change, Condition, DueKey, Item, Key, Query, Table } from '../../shared/ports.ts';
import type { Container } from './lambda.ts';

/** A table as a function in a container reaches it. */
export class FaultyTable implements Table {
  readonly #container: Container;
  readonly #name: string;
  readonly #table: Table;

  constructor(container: Container, name: string, table: Table) {
    this.#container = container;
    this.#name = name;
    this.#table = table;
  }

  get(key: Key): Promise<Item | undefined> {
    return this.#container.call(
      'read',
      () => `${this.#name}.get ${keyText(key)}`,
      () => this.#table.get(key),
    );
  }

  query(query: Query): Promise<Item[]> {
    const label = () => `${this.#name}.query ${query.pk} ${query.from ?? ''}..${query.to ?? ''}`;
    return this.#container.call('read', label, () => this.#table.query(query));
  }

  update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    const label = () => `${this.#name}.update ${keyText(key)} ${changeText(change)}`;
    return this.#container.call('write', label, () => this.#table.update(key, change, condition));
  }

  put(item: Item, condition?: Condition): Promise<boolean> {
    const label = () => `${this.#name}.put ${keyText(item)} ${itemText(item)}`;
    return this.#container.call('write', label, () => this.#table.put(item, condition));
  }

  delete(key: Key, condition?: Condition): Promise<boolean> {
    const label = () => `${this.#name}.delete ${keyText(key)}`;
    return this.#container.call('write', label, () => this.#table.delete(key, condition));
  }

  due(shard: string, until: number, limit: number): Promise<DueKey[]> {
    return this.#container.call(
      'read',
      () => `${this.#name}.due ${shard}`,
      () => this.#table.due(shard, until, limit),
    );
  }

  scan(): Promise<Item[]> {
    return this.#container.call(
      'read',
      () => `${this.#name}.scan`,
      () => this.#table.scan(),
    );
  }
}

function keyText({ pk, sk }: Key): string {
  return `${pk} ${sk}`;
}

const SHOWN = [
  'seq',
  'confirmedSeq',
  'heldUntil',
  'sequence',
  'nextFlushAt',
  'status',
  'told',
  'dueAt',
  'leaseUntil',
];

function changeText({ set = {}, add = {}, remove = [] }: Change): string {
  const added = Object.entries(add).map(
    ([name, value]) => `+${name}=${value instanceof Set ? [...value].join('/') : value}`,
  );
  return [...shown(set), ...added, ...remove.map((name) => `-${name}`)].join(' ');
}

function itemText(item: Item): string {
  const alert = item.alert as { status?: string; startsAt?: number } | undefined;
  return [...shown(item), ...(alert === undefined ? [] : [`${alert.status} since ${alert.startsAt}`])].join(
    ' ',
  );
}

function shown(fields: Record<string, unknown>): string[] {
  return SHOWN.filter((name) => fields[name] !== undefined).map((name) => `${name}=${fields[name]}`);
}
