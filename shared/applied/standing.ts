/**
 * What stands in the config table, with tocsin's own notes on each item: whose it is, and the digest of what was last
 * applied or pulled, so that an edit by hand is known for what it is.
 */
import { digest } from '../alerts/identity.ts';
import type { Body, RawItem } from '../config/items.ts';
import type { Condition, Item, Key, Table, Value } from '../ports.ts';
import { rawItemOf } from '../snapshot/publish.ts';

const OWNER = '_owner';
const APPLIED = '_applied';

/** The owner of items that nobody named one for. */
export const OWNER_DEFAULT = 'default';

export interface Standing extends RawItem {
  /** null: somebody made it by hand. */
  owner: string | null;
  /** Digest of the body when it was last applied or pulled; null: never. */
  applied: string | null;
}

/** An item's name among all kinds. */
export function nameOf({ kind, id }: Pick<RawItem, 'kind' | 'id'>): string {
  return `${kind}#${id}`;
}

/** Every item, in the order of kinds and ids. */
export async function readStanding(config: Table): Promise<Standing[]> {
  const items = (await config.scan()).map((item) => ({
    ...rawItemOf(item),
    owner: textOf(item[OWNER]),
    applied: textOf(item[APPLIED]),
  }));
  return items.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function textOf(value: Value | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** Whether somebody edited the item since it was last applied or pulled. */
export function isEdited({ body, applied }: Standing): boolean {
  return digest(body) !== applied;
}

/** Writes an item as its owner's, unless somebody else applied meanwhile: then false. */
export async function writeItem(
  config: Table,
  item: RawItem,
  owner: string,
  before: Standing | undefined,
): Promise<boolean> {
  const notes = { [OWNER]: owner, [APPLIED]: digest(item.body) };
  const attributes = item.body as Record<string, Value>;
  return await config.put({ ...attributes, ...keyOf(item), ...notes } as Item, unchanged(before));
}

/**
 * Changes an item as somebody does by hand: what was last applied stays noted, so that the next apply sees the edit.
 * False where somebody else applied meanwhile.
 */
export async function editItem(config: Table, before: Standing, after: Body): Promise<boolean> {
  const remove = Object.keys(before.body).filter((name) => !Object.hasOwn(after, name));
  const change = { set: after as Record<string, Value>, ...(remove.length === 0 ? {} : { remove }) };
  return (await config.update(keyOf(before), change, unchanged(before))) !== undefined;
}

/** Removes an item, unless somebody else applied meanwhile: then false. */
export async function removeItem(config: Table, before: Standing): Promise<boolean> {
  return await config.delete(keyOf(before), unchanged(before));
}

/** Notes that the item as it stands is known to its owner: edits by hand up to now are no longer news. */
export async function adoptItem(config: Table, item: Standing, owner: string): Promise<boolean> {
  const notes = { [OWNER]: owner, [APPLIED]: digest(item.body) };
  const changed = await config.update(keyOf(item), { set: notes }, unchanged(item));
  return changed !== undefined;
}

function keyOf({ kind, id }: Pick<RawItem, 'kind' | 'id'>): Key {
  return { pk: kind, sk: id };
}

function unchanged(before: Standing | undefined): Condition {
  if (before === undefined) return [[{ attribute: 'pk', is: 'absent' }]];
  if (before.applied === null)
    return [
      [
        { attribute: APPLIED, is: 'absent' },
        { attribute: 'pk', is: 'present' },
      ],
    ];
  return [[{ attribute: APPLIED, is: '=', value: before.applied }]];
}

/** Settings that say nothing: the same as none. */
export function saysNothing({ kind, body }: RawItem): boolean {
  return kind === 'settings' && Object.keys(body).length === 0;
}
