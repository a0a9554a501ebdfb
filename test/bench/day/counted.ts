/** What a run has counted, read from the folder in which it keeps its state, once it has ended. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_TABLES, localDynamoClient, startDynamoDb } from '../../../infra/local/aws/dynamo.ts';
import { checkpointsIn } from '../../../infra/local/follow/checkpoints.ts';
import { fingerprintOf } from '../../../shared/alerts/identity.ts';
import { DynamoTable } from '../../../shared/aws/table.ts';
import { countEntries } from '../../../shared/count/entries.ts';
import { entriesIn, HEAD_SORT_KEY, sliceOfSortKey } from '../../../shared/count/layout.ts';
import type { WrittenFile } from './written-file.ts';

/** The rule that counts every line, by service, in slices of so long. */
export const EVERY_LINE = 'every-line';
const SLICE_SECONDS = 60;

/** Lines by service and minute (since 1970). */
type Counts = Map<string, number>;

export function writtenCounts(files: readonly WrittenFile[]): Counts {
  const counts: Counts = new Map();
  for (const { service, bySecond } of files)
    for (const [second, lines] of bySecond) {
      const place = `${service} ${Math.floor(second / SLICE_SECONDS)}`;
      counts.set(place, (counts.get(place) ?? 0) + lines);
    }
  return counts;
}

export async function storedCounts(stateFolder: string, files: readonly WrittenFile[]): Promise<Counts> {
  const services = new Map(
    files.map(({ service }) => [fingerprintOf(EVERY_LINE, { service }), service] as const),
  );
  const sets = new Map<string, ReadonlySet<string>[]>();
  for (const item of await storedItems(stateFolder)) {
    const [kind, ruleId, , fingerprint = ''] = item.pk.split('#');
    if (kind !== 'count' || ruleId !== EVERY_LINE || item.sk === HEAD_SORT_KEY) continue;
    const place = `${services.get(fingerprint)} ${sliceOfSortKey(item.sk)}`;
    sets.set(place, [...(sets.get(place) ?? []), entriesIn(item)]);
  }
  return new Map([...sets].map(([place, entries]) => [place, countEntries(entries)]));
}

async function storedItems(stateFolder: string) {
  const { url, stop } = await startDynamoDb(join(stateFolder, 'dynamodb'));
  const client = localDynamoClient(url);
  const items = await new DynamoTable(client, LOCAL_TABLES.state).scan();
  client.destroy();
  await stop();
  return items;
}

/** What differs, in words; empty: nothing. */
export function differences(written: Counts, stored: Counts): string[] {
  const places = [...new Set([...written.keys(), ...stored.keys()])].sort();
  return places
    .filter((place) => (written.get(place) ?? 0) !== (stored.get(place) ?? 0))
    .map((place) => `${place}: ${written.get(place) ?? 0} written, ${stored.get(place) ?? 0} counted`);
}

/** Where a run keeps its state in its data folder. */
export function stateFolderIn(data: string): string {
  return join(data, readdirSync(data)[0] ?? '');
}

/** Whether a run has handed on all that stands in the files. */
export function hasReadAll(stateFolder: string, files: readonly WrittenFile[]): boolean {
  const checkpoints = checkpointsIn(join(stateFolder, 'followed.json'));
  return files.every(({ path }) => {
    const place = checkpoints.load(path);
    const { ino, size } = statSync(path);
    return place?.file === ino && place.offset === size && place.pending === null;
  });
}
