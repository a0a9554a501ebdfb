import type { Item, Value } from '../ports.ts';

/**
 * A copy of an item whose lists and maps are its own; several times faster than `structuredClone`, which knows nothing
 * of so few types. Sets are shared: whoever holds one can only read it.
 */
export function copyItem(item: Item): Item {
  return copyFields(item) as Item;
}

/** A value of its own, sets included. */
export function copyValue(value: Value): Value {
  if (typeof value !== 'object' || value === null || isSet(value)) return value;
  if (Array.isArray(value)) return value.map(copyValue);
  return copyFields(value);
}

/** Whether a value is a set of strings. */
export function isSet(value: Value | undefined): value is ReadonlySet<string> {
  return value instanceof Set;
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
