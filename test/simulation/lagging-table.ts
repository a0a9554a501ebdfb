import { MemoryTable } from '../../shared/memory/table.ts';
import type { DueKey, Item, Key } from '../../shared/ports.ts';
import { refuseChange, refuseItem } from './strict.ts';
import { Witness } from './witness.ts';
import type { World } from './world.ts';

interface Seen {
  shard: string;
  at: number;
}

/** A memory table whose due index follows its items with a delay, as a global secondary index does. */
export class LaggingTable extends MemoryTable {
  readonly #world: World;
  readonly #lagMs: () => number;
  readonly #index = new Map<string, DueKey & { shard: string }>();
  /** The last change of each item, and the last that is visible. */
  readonly #latest = new Map<string, { seen: Seen | undefined; order: number }>();
  readonly #shown = new Map<string, number>();
  #unseen = 0;

  constructor(world: World, lagMs: () => number) {
    super();
    this.#world = world;
    this.#lagMs = lagMs;
  }

  override async update(...args: Parameters<MemoryTable['update']>) {
    this.#check(() => refuseChange(...args));
    const item = await super.update(...args);
    if (item !== undefined) {
      this.#follow(args[0], this.#seenIn(item));
      if (args[1].set?.planIds !== undefined) this.witness.flushDecided(item, this.#world.now());
    }
    return item;
  }

  override async put(...args: Parameters<MemoryTable['put']>) {
    this.#check(() => refuseItem(...args));
    const done = await super.put(...args);
    if (done) {
      this.#follow(args[0], this.#seenIn(args[0]));
      this.witness.written(args[0]);
    }
    return done;
  }

  /** What DynamoDB would not have taken. */
  readonly refused: string[] = [];
  /** What was due, or to be made, and could have vanished before. */
  readonly mortal = new Set<string>();
  /** What has vanished. */
  readonly expired: Item[] = [];

  /** As TTL does, sooner or later. */
  override expire(now: number): Item[] {
    const gone = super.expire(now);
    this.expired.push(...gone);
    return gone;
  }

  readonly witness = new Witness();

  #check(refuse: () => void): void {
    try {
      refuse();
    } catch (error) {
      this.refused.push(String(error));
      throw error;
    }
  }

  #seenIn(item: Item): Seen | undefined {
    const seen = seenIn(item);
    if (seen !== undefined && item.ttl !== undefined) this.mortal.add(`${item.pk} ${item.sk}`);
    return seen;
  }

  override async delete(...args: Parameters<MemoryTable['delete']>) {
    const done = await super.delete(...args);
    if (done) this.#follow(args[0], undefined);
    return done;
  }

  override async due(shard: string, until: number, limit: number): Promise<DueKey[]> {
    return [...this.#index.values()]
      .filter((entry) => entry.shard === shard && entry.dueAt <= until)
      .sort((a, b) => a.dueAt - b.dueAt)
      .slice(0, limit)
      .map(({ pk, sk, dueAt }) => ({ pk, sk, dueAt }));
  }

  /** When the first entry falls due, as the index has it, ms. */
  firstDueAt(): number | undefined {
    let first: number | undefined;
    for (const { dueAt } of this.#index.values()) if (first === undefined || dueAt < first) first = dueAt;
    return first;
  }

  /** Whether the index shows every change. */
  get isIndexed(): boolean {
    return this.#unseen === 0;
  }

  dueEntries(): DueKey[] {
    return [...this.#index.values()];
  }

  /** Changes of one item become visible in their order. */
  #follow({ pk, sk }: Key, seen: Seen | undefined): void {
    const name = `${pk}\u0000${sk}`;
    const latest = this.#latest.get(name);
    if (latest?.seen?.at === seen?.at && latest?.seen?.shard === seen?.shard) return;
    const order = (latest?.order ?? 0) + 1;
    this.#latest.set(name, { seen, order });
    this.#unseen += 1;
    this.#world.after(this.#lagMs(), () => {
      this.#unseen -= 1;
      if ((this.#shown.get(name) ?? 0) > order) return;
      this.#shown.set(name, order);
      if (seen === undefined) this.#index.delete(name);
      else this.#index.set(name, { pk, sk, dueAt: seen.at, shard: seen.shard });
    });
  }
}

function seenIn({ dueShard, dueAt }: Item): Seen | undefined {
  return typeof dueShard === 'string' && typeof dueAt === 'number'
    ? { shard: dueShard, at: dueAt }
    : undefined;
}
