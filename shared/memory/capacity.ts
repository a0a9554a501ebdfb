/**
 * What a call costs, by DynamoDB's rules (Amazon DynamoDB Developer Guide, "Item sizes and formats", "Read and write
 * operations", "Managing write capacity for global secondary indexes"): a write costs a unit per KB of the larger of
 * the item before and after, refused or not; a strongly consistent read a unit per 4 KB, half of that from an index;
 * an entry of the due index one unit to enter or to leave, two to move.
 */
import type { Item, Value } from '../ports.ts';
import { isSet } from './copy.ts';

const WRITE_BYTES = 1024;
const READ_BYTES = 4096;

/** Size of an item (bytes) as DynamoDB counts it. */
export function itemBytes(item: Item): number {
  return fieldsBytes(item);
}

/** Units of a write that found `before` and left `after`; a refused one left what it found. */
export function writeUnits(before: Item | undefined, after: Item | undefined): number {
  const bytes = Math.max(sizeOf(before), sizeOf(after));
  return Math.max(1, Math.ceil(bytes / WRITE_BYTES)) + indexUnits(before, after);
}

/** Units of a strongly consistent read of that many bytes; one that finds nothing costs one. */
export function readUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / READ_BYTES));
}

/** Units of reading that many entries of the due index, eventually consistent. */
export function dueUnits(entries: readonly Item[]): number {
  const bytes = entries.reduce((sum, entry) => sum + itemBytes(dueEntry(entry)), 0);
  return readUnits(bytes) / 2;
}

function indexUnits(before: Item | undefined, after: Item | undefined): number {
  const [was, is] = [inIndex(before), inIndex(after)];
  if (was === undefined || is === undefined) return was === is ? 0 : entryUnits(was ?? is);
  const stays = was.dueShard === is.dueShard && was.dueAt === is.dueAt;
  return stays ? 0 : entryUnits(was) + entryUnits(is);
}

function inIndex(item: Item | undefined): Item | undefined {
  return typeof item?.dueShard === 'string' && typeof item.dueAt === 'number' ? item : undefined;
}

function entryUnits(item: Item | undefined): number {
  return item === undefined ? 0 : Math.ceil(itemBytes(dueEntry(item)) / WRITE_BYTES);
}

function dueEntry({ pk, sk, dueShard = '', dueAt = 0 }: Item): Item {
  return { pk, sk, dueShard, dueAt };
}

function sizeOf(item: Item | undefined): number {
  return item === undefined ? 0 : itemBytes(item);
}

function fieldsBytes(fields: Record<string, Value>): number {
  let sum = 0;
  for (const name of Object.keys(fields)) sum += textBytes(name) + valueBytes(fields[name] ?? null);
  return sum;
}

function valueBytes(value: Value): number {
  if (typeof value === 'string') return textBytes(value);
  if (typeof value === 'number') return numberBytes(value);
  if (value === null || typeof value === 'boolean') return 1;
  if (isSet(value)) return [...value].reduce((sum, element) => sum + textBytes(element), 0);
  if (Array.isArray(value)) return value.reduce<number>((sum, element) => sum + 1 + valueBytes(element), 3);
  return 3 + Object.keys(value).length + fieldsBytes(value);
}

function textBytes(text: string): number {
  return Buffer.byteLength(text);
}

/** One byte, one per two significant digits, one for a sign. */
function numberBytes(value: number): number {
  const [mantissa = ''] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '').replace(/0+$/, '').length;
  return 1 + Math.ceil(digits / 2) + (value < 0 ? 1 : 0);
}
