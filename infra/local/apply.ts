import { digest } from '../../shared/alerts/identity.ts';
import { nameOf, readStanding, removeItem, writeItem } from '../../shared/applied/standing.ts';
import type { RawItem } from '../../shared/config/items.ts';
import type { Table } from '../../shared/ports.ts';

/** How many items were written and deleted. */
export interface Applied {
  written: number;
  deleted: number;
}

/**
 * Brings the config table to the document: items that changed in the document since it was last applied are written,
 * those of the same owner that it no longer holds are deleted. What people tuned by hand meanwhile stays.
 */
export async function applyItems(config: Table, items: readonly RawItem[], owner: string): Promise<Applied> {
  const standing = new Map((await readStanding(config)).map((item) => [nameOf(item), item]));
  let written = 0;
  for (const item of items) {
    const old = standing.get(nameOf(item));
    standing.delete(nameOf(item));
    if (old?.applied === digest(item.body)) continue;
    await writeItem(config, item, owner, old);
    written += 1;
  }
  const gone = [...standing.values()].filter((item) => item.owner === owner);
  for (const item of gone) await removeItem(config, item);
  return { written, deleted: gone.length };
}
