import { channelSchemas } from '../shared/channels/registry.ts';
import { createItemReader } from '../shared/config/items.ts';
import { checkPattern, checkRegex } from '../shared/match/program.ts';
import type { Table } from '../shared/ports.ts';
import { CurrentConfiguration } from '../shared/snapshot/current.ts';
import type { Outside } from './outside.ts';

/** The configuration in force, from the two tables. */
export function currentConfiguration(
  config: Table,
  state: Table,
  { clock, happened }: Outside,
): CurrentConfiguration {
  const reader = createItemReader(channelSchemas, { checkPattern, checkRegex });
  return new CurrentConfiguration({ config, state, clock, happened, ...reader });
}
