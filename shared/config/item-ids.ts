import type { ItemKind } from './schema/document-schema.ts';

/** The key of a body that holds the item's id. */
export const ID_KEYS: Partial<Record<ItemKind, string>> = {
  rule: 'id',
  receiver: 'name',
  inhibitRule: 'name',
  timeInterval: 'name',
};
