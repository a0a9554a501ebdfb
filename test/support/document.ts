import { channelSchemas } from '../../shared/channels/registry.ts';
import { type Loaded, load } from '../../shared/config/load.ts';
import type { Configuration } from '../../shared/config/model.ts';
import { checkPattern, checkRegex } from '../../shared/match/program.ts';

/** A document that must be sound, as `tocsin check` sees it. Warnings are none of its faults. */
export function documentOf(yaml: string): Loaded {
  const checks = { channels: channelSchemas, checkPattern, checkRegex };
  const loaded = load([{ file: 'test.yaml', text: yaml }], checks);
  const errors = loaded.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('; '));
  return loaded;
}

export function configurationOf(yaml: string): Configuration {
  return documentOf(yaml).document.configuration;
}
