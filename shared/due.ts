/**
 * The due index: sparse, spread over `DUE_SHARDS` partition keys. An item stands in it while it carries `dueShard`
 * and `dueAt` (ms, processing time). What the index yields may be stale: re-read the item before acting.
 */
import { hash } from 'node:crypto';
import type { DueKey, Key, Table } from './ports.ts';

const DUE_SHARDS = 8;
const PAGE = 1000;

/** The attributes that put an item into the index. */
export function dueAt(key: Key, at: number): { dueShard: string; dueAt: number } {
  const firstByte = Number.parseInt(hash('sha256', `${key.pk}|${key.sk}`, 'hex').slice(0, 2), 16);
  return { dueShard: `due#${firstByte % DUE_SHARDS}`, dueAt: at };
}

/** The attributes to remove so that an item leaves the index. */
export const DUE_ATTRIBUTES = ['dueShard', 'dueAt'];

/** Keys of everything due by `until` (ms), at most a page per shard, earliest first within a shard. */
export async function dueKeys(table: Table, until: number, perShard = PAGE): Promise<DueKey[]> {
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => table.due(`due#${shard}`, until, perShard));
  return (await Promise.all(shards)).flat();
}

/** When the next thing falls due, ms; null: nothing ever does. */
export async function nextDueAt(table: Table): Promise<number | null> {
  const first = await dueKeys(table, Number.MAX_SAFE_INTEGER, 1);
  return first.length === 0 ? null : Math.min(...first.map(({ dueAt }) => dueAt));
}
