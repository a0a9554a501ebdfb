/** What differs between two bodies, key by key, so that people see what a change is. */
import { digest } from '../alerts/identity.ts';

export interface Difference {
  /** Steps into the body. */
  path: (string | number)[];
  /** undefined: it is not there. */
  from: unknown;
  to: unknown;
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The innermost differences, in the order of the keys; lists of different length differ as a whole. */
export function differences(from: unknown, to: unknown, path: (string | number)[] = []): Difference[] {
  if (digest([from]) === digest([to])) return [];
  if (isMap(from) && isMap(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return keys.flatMap((key) => differences(from[key], to[key], [...path, key]));
  }
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length)
    return from.flatMap((member, index) => differences(member, to[index], [...path, index]));
  return [{ path, from, to }];
}
