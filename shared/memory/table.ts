import type {
  Change,
  Clause,
  Condition,
  Consumed,
  DueKey,
  Item,
  Key,
  Meter,
  Query,
  Table,
  Value,
} from '../ports.ts';
import { dueUnits, itemBytes, readUnits, writeUnits } from './capacity.ts';
import { copyItem, copyValue, isSet } from './copy.ts';
import { DueIndex } from './due-index.ts';
import { Partition } from './partition.ts';

/**
 * The `Table` port in memory, with DynamoDB's semantics; items go in and out as copies (`copy.ts`). A meter is told what each
 * call would consume. Items vanish when `expire` is called, not by themselves.
 */
export class MemoryTable implements Table {
  readonly #partitions = new Map<string, Partition>();
  readonly #due = new DueIndex();
  readonly #meter: Meter | undefined;

  constructor(meter?: Meter) {
    this.#meter = meter;
  }

  async get(key: Key): Promise<Item | undefined> {
    const item = this.#find(key);
    this.#read('get', item === undefined ? [] : [item]);
    return item === undefined ? undefined : copyItem(item);
  }

  async query({ pk, from, to, descending = false, limit = Number.POSITIVE_INFINITY }: Query) {
    const found = this.#partitions.get(pk)?.range(from, to) ?? [];
    if (descending) found.reverse();
    if (found.length > limit) found.length = limit;
    this.#read('query', found);
    return found.map(copyItem);
  }

  async update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    const before = this.#find(key);
    if (!holds(condition, before)) return this.#wrote('update', before, before);
    const after = applyChange(before ?? { pk: key.pk, sk: key.sk }, change);
    this.#store(after);
    this.#wrote('update', before, after);
    return copyItem(after);
  }

  async put(item: Item, condition?: Condition): Promise<boolean> {
    const before = this.#find(item);
    const allowed = holds(condition, before);
    const after = copyItem(item);
    if (allowed) this.#store(after);
    this.#wrote('put', before, allowed ? after : before);
    return allowed;
  }

  async delete(key: Key, condition?: Condition): Promise<boolean> {
    const before = this.#find(key);
    const allowed = holds(condition, before);
    if (allowed) {
      this.#partitions.get(key.pk)?.delete(key.sk);
      this.#due.delete(key);
    }
    this.#wrote('delete', before, allowed ? undefined : before);
    return allowed;
  }

  async due(shard: string, until: number, limit: number): Promise<DueKey[]> {
    const found = this.#due.dueBy(shard, until);
    if (found.length > limit) found.length = limit;
    this.#meter?.({ operation: 'due', readUnits: dueUnits(found), writeUnits: 0 });
    return found.map(({ pk, sk, dueAt }) => ({ pk, sk, dueAt }));
  }

  /** When the first item of the due index falls due, of those that `counts` names, ms; null: nothing ever does. */
  earliestDueAt(counts?: (key: Key) => boolean): number | null {
    return counts === undefined ? this.#due.earliestAt() : this.#due.earliestOf(counts);
  }

  async scan(): Promise<Item[]> {
    const items = [...this.#partitions.values()].flatMap((partition) => partition.range());
    this.#read('scan', items);
    return items.map(copyItem);
  }

  /** Removes what has expired at `now` (ms), as DynamoDB does some time after; answers what it was. */
  expire(now: number): Item[] {
    const gone: Item[] = [];
    for (const [pk, partition] of this.#partitions) {
      const expired = partition.range().filter(({ ttl }) => typeof ttl === 'number' && ttl * 1000 <= now);
      for (const item of expired) {
        partition.delete(item.sk);
        this.#due.delete(item);
      }
      gone.push(...expired);
      if (partition.isEmpty) this.#partitions.delete(pk);
    }
    return gone;
  }

  #find(key: Key): Item | undefined {
    return this.#partitions.get(key.pk)?.get(key.sk);
  }

  #store(item: Item): void {
    const partition = this.#partitions.get(item.pk) ?? new Partition();
    partition.set(item);
    this.#partitions.set(item.pk, partition);
    this.#due.set(item);
  }

  #read(operation: Consumed['operation'], items: readonly Item[]): void {
    if (this.#meter === undefined) return;
    const bytes = items.reduce((sum, item) => sum + itemBytes(item), 0);
    this.#meter({ operation, readUnits: readUnits(bytes), writeUnits: 0 });
  }

  #wrote(operation: Consumed['operation'], before: Item | undefined, after: Item | undefined): undefined {
    this.#meter?.({ operation, readUnits: 0, writeUnits: writeUnits(before, after) });
  }
}

/** What does not change is shared with the item before: nothing that is stored is ever changed in its place. */
function applyChange(before: Item, change: Change): Item {
  const after = { ...before };
  for (const [name, value] of Object.entries(change.set ?? {})) after[name] = copyValue(value);
  for (const name of change.remove ?? []) delete after[name];
  for (const [name, value] of Object.entries(change.add ?? {})) after[name] = sum(after[name], value);
  return after;
}

function sum(before: Value | undefined, added: number | ReadonlySet<string>): Value {
  if (typeof added === 'number') return (typeof before === 'number' ? before : 0) + added;
  const union = new Set(isSet(before) ? before : []);
  for (const element of added) union.add(element);
  return union;
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
      return isSet(actual) && actual.has(clause.value);
    case 'lacks':
      return !(isSet(actual) && actual.has(clause.value));
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
