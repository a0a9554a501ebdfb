import type { Cursor } from './cursor.ts';

/** Reads conditions that a sign joins, such as `a && b`; one alone stands for itself. */
export function chain<Kind extends 'or' | 'and', Condition>(
  cursor: Cursor,
  kind: Kind,
  sign: string,
  next: () => Condition,
): Condition | { kind: Kind; of: Condition[] } {
  const first = next();
  const of = [first];
  cursor.skipSpace();
  while (cursor.take(sign)) {
    of.push(next());
    cursor.skipSpace();
  }
  return of.length === 1 ? first : { kind, of };
}
