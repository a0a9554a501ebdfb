/** What DynamoDB refuses and a table in memory would take: values that are none, empty sets and keys, numbers that are none. */
import type { Change, Condition, Item, Key } from '../../shared/ports.ts';

const PARTITION_BYTES_MAX = 2048;
const SORT_BYTES_MAX = 1024;
const ITEM_BYTES_MAX = 400 * 1024;

/** @throws Error that says what DynamoDB would refuse. */
export function refuseChange(key: Key, { set = {}, add = {} }: Change, condition: Condition = []): void {
  refuseKey(key);
  for (const [name, value] of Object.entries({ ...set, ...add })) {
    if (value === undefined) throw refused(key, `${name} is set to nothing`);
    refuseValue(key, name, value);
  }
  refuseCondition(key, condition);
}

/** @throws Error that says what DynamoDB would refuse. */
export function refuseItem(item: Item, condition: Condition = []): void {
  refuseKey(item);
  for (const [name, value] of Object.entries(item)) refuseValue(item, name, value);
  refuseCondition(item, condition);
  if (Buffer.byteLength(JSON.stringify(item)) > ITEM_BYTES_MAX) throw refused(item, 'it exceeds 400 KB');
}

function refuseKey(key: Key): void {
  const [pk, sk] = [Buffer.byteLength(key.pk), Buffer.byteLength(key.sk)];
  if (pk === 0 || pk > PARTITION_BYTES_MAX || sk === 0 || sk > SORT_BYTES_MAX)
    throw refused(key, 'its key is empty or too long');
}

function refuseCondition(key: Key, condition: Condition): void {
  for (const clause of condition.flat()) {
    if ('value' in clause && clause.value === undefined)
      throw refused(key, `a condition compares ${clause.attribute} with nothing`);
  }
}

function refuseValue(key: Key, name: string, value: unknown): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw refused(key, `${name} is ${value}`);
  if (value instanceof Set && value.size === 0) throw refused(key, `${name} is an empty set`);
  if (value instanceof Set || typeof value !== 'object' || value === null) return;
  for (const [inner, part] of Object.entries(value)) refuseValue(key, `${name}.${inner}`, part);
}

function refused({ pk, sk }: Key, why: string): Error {
  return new Error(`DynamoDB would refuse ${pk} ${sk}: ${why}.`);
}
