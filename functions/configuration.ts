import type { Table } from '../shared/ports.ts';
import { type Current, CurrentConfiguration } from '../shared/snapshot/current.ts';
import type { Outside } from './outside.ts';

/**
 * The configuration in force, from the two tables. What reads its items is loaded with the first of them: until then
 * a function that starts has better things to do.
 */
export function currentConfiguration(
  config: Table,
  state: Table,
  { clock, happened }: Outside,
): { get(): Promise<Current> } {
  let loading: Promise<CurrentConfiguration> | undefined;
  const load = async () => {
    const { itemReader } = await import('./read-items.ts');
    return new CurrentConfiguration({ config, state, clock, happened, ...itemReader() });
  };
  return {
    async get() {
      loading ??= load();
      return await (await loading).get();
    },
  };
}
