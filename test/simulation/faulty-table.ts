import type { Change, Condition, DueKey, Item, Key, Query, Table } from '../../shared/ports.ts';
import type { CallKind } from './chaos.ts';
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
    return this.#call(
      'read',
      key.pk,
      () => `get ${keyText(key)}`,
      () => this.#table.get(key),
    );
  }

  query(query: Query): Promise<Item[]> {
    const label = () => `query ${query.pk} ${query.from ?? ''}..${query.to ?? ''}`;
    return this.#call('read', query.pk, label, () => this.#table.query(query));
  }

  update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    const label = () => `update ${keyText(key)} ${changeText(change)}`;
    return this.#call('write', key.pk, label, () => this.#table.update(key, change, condition));
  }

  put(item: Item, condition?: Condition): Promise<boolean> {
    const label = () => `put ${keyText(item)} ${itemText(item)}`;
    return this.#call('write', item.pk, label, () => this.#table.put(item, condition));
  }

  delete(key: Key, condition?: Condition): Promise<boolean> {
    const label = () => `delete ${keyText(key)}`;
    return this.#call('write', key.pk, label, () => this.#table.delete(key, condition));
  }

  due(shard: string, until: number, limit: number): Promise<DueKey[]> {
    return this.#call(
      'read',
      shard,
      () => `due ${shard}`,
      () => this.#table.due(shard, until, limit),
    );
  }

  scan(): Promise<Item[]> {
    return this.#call(
      'read',
      '',
      () => 'scan',
      () => this.#table.scan(),
    );
  }

  #call<Answer>(kind: CallKind, partition: string, label: () => string, effect: () => Promise<Answer>) {
    return this.#container.call({ kind, partition, label: () => `${this.#name}.${label()}` }, effect);
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
