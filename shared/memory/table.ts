import type { Change, Clause, Condition, DueKey, Item, Key, Query, Table, Value } from '../ports.ts';

/** The `Table` port in memory, with DynamoDB's semantics; items go in and out as copies. */
export class MemoryTable implements Table {
  readonly #partitions = new Map<string, Map<string, Item>>();

  async get(key: Key): Promise<Item | undefined> {
    return copy(this.#find(key));
  }

  async query({ pk, from = '', to, descending = false, limit = Number.POSITIVE_INFINITY }: Query) {
    const found = [...(this.#partitions.get(pk)?.values() ?? [])]
      .filter((item) => item.sk >= from && (to === undefined || item.sk <= to))
      .sort((a, b) => (a.sk < b.sk ? -1 : 1));
    if (descending) found.reverse();
    return found.slice(0, limit).map((item) => structuredClone(item));
  }

  async update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    const before = this.#find(key);
    if (!holds(condition, before)) return undefined;
    const after = applyChange(before ?? { pk: key.pk, sk: key.sk }, change);
    this.#store(after);
    return copy(after);
  }

  async put(item: Item, condition?: Condition): Promise<boolean> {
    if (!holds(condition, this.#find(item))) return false;
    this.#store(structuredClone(item));
    return true;
  }

  async delete(key: Key, condition?: Condition): Promise<boolean> {
    if (!holds(condition, this.#find(key))) return false;
    this.#partitions.get(key.pk)?.delete(key.sk);
    return true;
  }

  async due(shard: string, until: number, limit: number): Promise<DueKey[]> {
    return this.#all()
      .filter((item) => item.dueShard === shard && typeof item.dueAt === 'number' && item.dueAt <= until)
      .sort((a, b) => Number(a.dueAt) - Number(b.dueAt))
      .slice(0, limit)
      .map(({ pk, sk, dueAt }) => ({ pk, sk, dueAt: Number(dueAt) }));
  }

  async scan(): Promise<Item[]> {
    return this.#all().map((item) => structuredClone(item));
  }

  #all(): Item[] {
    return [...this.#partitions.values()].flatMap((partition) => [...partition.values()]);
  }

  #find(key: Key): Item | undefined {
    return this.#partitions.get(key.pk)?.get(key.sk);
  }

  #store(item: Item): void {
    const partition = this.#partitions.get(item.pk) ?? new Map<string, Item>();
    partition.set(item.sk, item);
    this.#partitions.set(item.pk, partition);
  }
}

function copy(item: Item | undefined): Item | undefined {
  return item === undefined ? undefined : structuredClone(item);
}

function applyChange(before: Item, change: Change): Item {
  const after: Item = structuredClone(before);
  for (const [name, value] of Object.entries(change.set ?? {})) after[name] = structuredClone(value);
  for (const name of change.remove ?? []) delete after[name];
  for (const [name, value] of Object.entries(change.add ?? {})) after[name] = sum(after[name], value);
  return after;
}

function sum(before: Value | undefined, added: number | Set<string>): Value {
  if (typeof added === 'number') return (typeof before === 'number' ? before : 0) + added;
  return new Set([...(before instanceof Set ? before : []), ...added]);
}

/** Whether any alternative of the condition holds for the item; an absent condition always does. */
function holds(condition: Condition | undefined, item: Item | undefined): boolean {
  return condition === undefined || condition.some((all) => all.every((clause) => clauseHolds(clause, item)));
}

function clauseHolds(clause: Clause, item: Item | undefined): boolean {
  const actual = item?.[clause.attribute];
  switch (clause.is) {
    case 'absent':
      return actual === undefined;
    case 'present':
      return actual !== undefined;
    case 'contains':
      return actual instanceof Set && actual.has(clause.value);
    case 'lacks':
      return !(actual instanceof Set && actual.has(clause.value));
    case '=':
      return actual === clause.value;
    case '!=':
      return actual !== clause.value;
    default:
      return ordered(actual, clause.is, clause.value);
  }
}

function ordered(actual: Value | undefined, operator: '<' | '<=' | '>' | '>=', value: unknown): boolean {
  if (typeof actual !== typeof value || (typeof actual !== 'number' && typeof actual !== 'string'))
    return false;
  const bound = value as typeof actual;
  if (operator === '<') return actual < bound;
  if (operator === '<=') return actual <= bound;
  return operator === '>' ? actual > bound : actual >= bound;
}
