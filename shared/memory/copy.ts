import type { Item, Value } from '../ports.ts';

/** A deep copy of an item; several times faster than `structuredClone`, which knows nothing of so few types. */
export function copyItem(item: Item): Item {
  return copyFields(item) as Item;
}

export function copyValue(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Set) return new Set(value);
  if (Array.isArray(value)) return value.map(copyValue);
  return copyFields(value);
}

function copyFields(fields: Record<string, Value>): Record<string, Value> {
  const copy: Record<string, Value> = {};
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    // DynamoDB's own client leaves undefined attributes out too.
    if (value !== undefined) copy[name] = copyValue(value);
  }
  return copy;
}
