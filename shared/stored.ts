import type { Value } from './ports.ts';

/** What a type would have to be for a table to hold it: where it is a function, a date or a class, that is `never`. */
type Storable<T> = T extends string | number | boolean | null | ReadonlySet<string>
  ? T
  : T extends readonly (infer Entry)[]
    ? readonly Storable<Entry>[]
    : T extends (...args: never[]) => unknown
      ? never
      : T extends object
        ? { [Name in keyof T]: Storable<T[Name]> }
        : never;

/** Something as a table holds it; that it can be held is known from its type, field by field. */
export function stored<T>(value: T & Storable<T>): Value {
  return value as unknown as Value;
}

/** The fields of something as attributes of an item. */
export function storedFields<T extends object>(value: T & Storable<T>): Record<string, Value> {
  return value as unknown as Record<string, Value>;
}
