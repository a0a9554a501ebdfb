import { channelSchemas } from '../shared/channels/registry.ts';
import { createItemReader } from '../shared/config/items.ts';
import type { Configuration } from '../shared/config/model.ts';
import { checkPattern, checkRegex } from '../shared/match/program.ts';
import type { Table } from '../shared/ports.ts';
import { loadItems } from '../shared/snapshot/publish.ts';

/** The configuration that the functions of a place work by. */
export async function configurationInForce(state: Table): Promise<Configuration> {
  const reader = createItemReader(channelSchemas, { checkPattern, checkRegex });
  return reader.assemble(await loadItems(state)).configuration;
}
