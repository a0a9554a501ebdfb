import { type JsonValue, valueAt } from './pattern/subject.ts';

/** A text or a whole number token of JSON. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs;
const LONG_INTEGER = /^-?\d{16,}$/;

/** Whether a number of JSON may stand for others too: a double holds whole numbers up to 2^53 only. */
export function isBlurred(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** The value at a path of a JSON text, long integers as the texts that they are written as. */
export function exactValueAt(json: string, path: readonly (string | number)[]): JsonValue | undefined {
  const exact = json.replace(TOKEN, (token) => (LONG_INTEGER.test(token) ? `"${token}"` : token));
  return valueAt(JSON.parse(exact) as JsonValue, path);
}
