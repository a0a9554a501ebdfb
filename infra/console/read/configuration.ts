/** The configuration in force, parsed once for each version: the page asks every few seconds. */
import { itemReader } from '../../../functions/read-items.ts';
import type { ItemReader } from '../../../shared/config/items.ts';
import type { Configuration } from '../../../shared/config/model.ts';
import type { Table } from '../../../shared/ports.ts';
import { loadItems, publishedHead } from '../../../shared/snapshot/publish.ts';

const KNOWN = new WeakMap<Table, { version: number; configuration: Configuration }>();
let reader: ItemReader | undefined;

export function readerOfItems(): ItemReader {
  reader ??= itemReader();
  return reader;
}

/** The configuration in force, last good versions included; read anew only where a version was published since. */
export async function readConfiguration(state: Table): Promise<Configuration> {
  const { version } = await publishedHead(state);
  const known = KNOWN.get(state);
  if (known?.version === version) return known.configuration;
  const { configuration } = readerOfItems().assemble(await loadItems(state));
  KNOWN.set(state, { version, configuration });
  return configuration;
}
