/** Reading what `store.ts` has written, strongly. */
import type { Item, Table } from '../ports.ts';
import { countEntries } from './entries.ts';
import { type Head, readHead } from './head.ts';
import { entriesIn, partition, type Series, sliceFrom, sliceOfSortKey, sliceTo } from './layout.ts';
import type { Counts } from './memory.ts';

/**
 * The counts of the slices `from` to `to`, both included; slices without matches are left out. `head`: where it was
 * read already, after one's own write.
 */
export async function readCounts(
  table: Table,
  series: Series,
  from: number,
  to: number,
  head?: Head,
): Promise<Counts> {
  return countsOf(await readSets(table, series, from, to, head));
}

/** The sets of entries of a slice, to be united. */
export type SliceSets = Map<number, ReadonlySet<string>[]>;

/** The entries of the slices `from` to `to`, both included, whatever they mean. */
export async function readSets(
  table: Table,
  series: Series,
  from: number,
  to: number,
  head?: Head,
): Promise<SliceSets> {
  const range = { from: sliceFrom(from), to: sliceTo(to) };
  const [items, { shards }] = await Promise.all([
    table.query({ pk: partition(series), ...range }),
    head ?? readHead(table, series),
  ]);
  return setsOf([...items, ...(await queryShards(table, series, shards, range))]);
}

/** The items of all partitions but the first. */
export async function queryShards(
  table: Table,
  series: Series,
  shards: number,
  range: { from: string; to: string },
): Promise<Item[]> {
  const others = Array.from({ length: shards - 1 }, (_, index) =>
    table.query({ pk: partition(series, index + 1), ...range }),
  );
  return (await Promise.all(others)).flat();
}

/** How many matches the slices hold. */
export function countsOf(sets: SliceSets): Counts {
  return new Map([...sets].map(([slice, entries]) => [slice, countEntries(entries)]));
}

/** The sets of entries by slice: what several writers or shards wrote stands side by side. */
export function setsOf(items: readonly Item[]): SliceSets {
  const sets: SliceSets = new Map();
  for (const item of items) {
    const slice = sliceOfSortKey(item.sk);
    const known = sets.get(slice);
    if (known === undefined) sets.set(slice, [entriesIn(item)]);
    else known.push(entriesIn(item));
  }
  return sets;
}
