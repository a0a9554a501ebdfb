import type { Configuration } from '../shared/config/model.ts';
import type { Table } from '../shared/ports.ts';
import { loadItems } from '../shared/snapshot/publish.ts';

/** The configuration as it was published last, for whoever only reads the state table. */
export async function configurationInForce(state: Table): Promise<Configuration> {
  const { itemReader } = await import('./read-items.ts');
  return itemReader().assemble(await loadItems(state)).configuration;
}
