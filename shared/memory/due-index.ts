import type { Item, Key } from '../ports.ts';

type Due = Item & { dueShard: string; dueAt: number };

/** The due index in memory: what carries `dueShard` and `dueAt`. */
export class DueIndex {
  /** By shard and whole key. */
  readonly #shards = new Map<string, Map<string, Due>>();
  readonly #shardOf = new Map<string, string>();
  /** undefined: to be found out. */
  #earliestAt: number | null | undefined = null;

  /** Takes note of an item as it is now; one that stays due keeps its place among those of the same time. */
  set(item: Item): void {
    const key = wholeKey(item);
    if (!isDue(item) || this.#shardOf.get(key) !== item.dueShard) this.delete(item);
    if (!isDue(item)) return;
    const shard = this.#shards.get(item.dueShard) ?? new Map<string, Due>();
    this.#forgetEarliest(shard.get(key));
    this.#shards.set(item.dueShard, shard.set(key, item));
    this.#shardOf.set(key, item.dueShard);
    if (this.#earliestAt === undefined) return;
    this.#earliestAt = this.#earliestAt === null ? item.dueAt : Math.min(this.#earliestAt, item.dueAt);
  }

  delete(key: Key): void {
    const whole = wholeKey(key);
    const shard = this.#shards.get(this.#shardOf.get(whole) ?? '');
    this.#forgetEarliest(shard?.get(whole));
    shard?.delete(whole);
    this.#shardOf.delete(whole);
  }

  #forgetEarliest(gone: Due | undefined): void {
    if (gone !== undefined && gone.dueAt === this.#earliestAt) this.#earliestAt = undefined;
  }

  /** What is due by `until` (ms) in a shard, earliest first. */
  dueBy(shard: string, until: number): Due[] {
    const found: Due[] = [];
    for (const item of this.#shards.get(shard)?.values() ?? []) if (item.dueAt <= until) found.push(item);
    return found.sort((a, b) => a.dueAt - b.dueAt);
  }

  /** When the first of all falls due, ms; null: nothing ever does. */
  earliestAt(): number | null {
    if (this.#earliestAt === undefined) this.#earliestAt = this.earliestOf(() => true);
    return this.#earliestAt;
  }

  /** The same of those that `counts` names. */
  earliestOf(counts: (key: Key) => boolean): number | null {
    let earliest: number | null = null;
    for (const shard of this.#shards.values())
      for (const item of shard.values())
        if ((earliest === null || item.dueAt < earliest) && counts(item)) earliest = item.dueAt;
    return earliest;
  }
}

function isDue(item: Item): item is Due {
  return typeof item.dueShard === 'string' && typeof item.dueAt === 'number';
}

function wholeKey({ pk, sk }: Key): string {
  return `${pk}\u0000${sk}`;
}
