import { digest } from '../../shared/alerts/identity.ts';
import type { RawItem } from '../../shared/config/items.ts';
import type { Item, Table, Value } from '../../shared/ports.ts';

const OWNER = '_owner';
const APPLIED = '_applied';

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
  const standing = new Map((await config.scan()).map((item) => [nameOf(item), item]));
  let written = 0;
  for (const { kind, id, body } of items) {
    const key = { pk: kind, sk: id };
    const old = standing.get(nameOf(key));
    standing.delete(nameOf(key));
    const applied = digest(body);
    if (old?.[APPLIED] === applied) continue;
    await config.put({ ...(body as Record<string, Value>), ...key, [OWNER]: owner, [APPLIED]: applied });
    written += 1;
  }
  const gone = [...standing.values()].filter((item) => item[OWNER] === owner);
  for (const { pk, sk } of gone) await config.delete({ pk, sk });
  return { written, deleted: gone.length };
}

function nameOf({ pk, sk }: Pick<Item, 'pk' | 'sk'>): string {
  return `${pk}#${sk}`;
}
