import { nameOf, readStanding } from '../../shared/applied/standing.ts';
import { channelSchemas } from '../../shared/channels/registry.ts';
import { createItemReader } from '../../shared/config/items.ts';
import { checkPattern, checkRegex } from '../../shared/match/program.ts';
import type { Connection } from '../place/connection.ts';
import type { Io } from '../terminal/io.ts';

/** Warns of items of others that do not work as everything stands now, such as a rule whose receiver is gone. */
export async function warnOfOthers(
  { config }: Connection,
  owner: string,
  json: boolean,
  io: Io,
): Promise<void> {
  const standing = await readStanding(config);
  const { problems } = createItemReader(channelSchemas, { checkPattern, checkRegex }).assemble(standing);
  const owners = new Map(standing.map((item) => [nameOf(item), item.owner ?? 'nobody']));
  for (const { kind, id, path, message } of problems) {
    const whose = owners.get(nameOf({ kind, id }));
    if (whose === undefined || whose === owner) continue;
    const warning = { type: 'warning', code: 'others-broken', owner: whose, kind, id, path, message };
    if (json) await io.stdout(`${JSON.stringify(warning)}\n`);
    else io.stderr(`tocsin apply: WARNING: ${kind} ${id} of owner ${whose}: ${path}: ${message}.\n`);
  }
}
