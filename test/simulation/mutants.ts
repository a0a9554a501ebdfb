import { ALERT_PREFIX } from '../../shared/alerts/store.ts';
import { NOVEL_PREFIX } from '../../shared/conditions/novel-store.ts';
import { NOTIFICATION_PREFIX } from '../../shared/deliveries/ledger.ts';
import { DUE_ATTRIBUTES } from '../../shared/due.ts';
import type { Change, Clock, Condition, DueKey, Item, Key, Table, Value } from '../../shared/ports.ts';
import { GROUP_PREFIX } from '../../shared/routing/groups.ts';
import type { Mutant } from './mutant.ts';
import { Passing } from './passing.ts';
import { UNGUARDED } from './unguarded.ts';

/** Counts whatever is written, and not what was written already. */
class WithoutGuard extends Passing {
  static #writes = 0;

  override update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    const ids = change.add?.ids;
    if (!(ids instanceof Set)) return super.update(key, change, condition);
    WithoutGuard.#writes += 1;
    const unguarded = new Set([...ids].map((id) => `${WithoutGuard.#writes}.${id}`));
    return super.update(key, { ...change, add: { ...change.add, ids: unguarded } }, condition);
  }
}

/** Who announces what it wrote counts it for itself, and nobody else hears of it. */
class KeptToOneself extends Passing {
  override async update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    const { told } = change.add ?? {};
    if (typeof told !== 'number') return await super.update(key, change, condition);
    const head = await super.update(key, { ...change, add: {} }, condition);
    return head === undefined ? undefined : { ...head, told: Number(head.told ?? 0) + told };
  }
}

/** Nobody hears that a slice that others may take for closed was written. */
class LatenessUnsaid extends Passing {
  override async update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    if (change.add?.late === undefined) return await super.update(key, change, condition);
    return await super.get(key);
  }
}

/** Says that the dispatcher took an alert before it is sent. */
class ConfirmedEarly extends Passing {
  override put(item: Item, condition?: Condition): Promise<boolean> {
    if (!item.pk.startsWith(ALERT_PREFIX) || item.seq === undefined) return super.put(item, condition);
    return super.put(withoutDue({ ...item, confirmedSeq: item.seq }, isFiring(item)), condition);
  }
}

/** Says that a notification was delivered before it is sent. */
class DeliveredEarly extends Passing {
  override update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    if (!key.pk.startsWith(NOTIFICATION_PREFIX) || change.add?.attempts === undefined) {
      return super.update(key, change, condition);
    }
    const { dueShard: _shard, dueAt: _at, ...set } = change.set ?? {};
    return super.update(
      key,
      { ...change, set: { ...set, status: 'delivered' }, remove: DUE_ATTRIBUTES },
      condition,
    );
  }
}

/** The evaluator looks at what fires, and never at what somebody left unfinished. */
class Unswept extends Passing {
  readonly #real: Table;

  constructor(table: Table, real: Table) {
    super(table);
    this.#real = real;
  }

  override async due(shard: string, until: number, limit: number): Promise<DueKey[]> {
    const found = await super.due(shard, until, limit);
    const items = await Promise.all(found.map((key) => this.#real.get(key)));
    return found.filter(({ pk }, index) => {
      const item = items[index];
      if (pk.startsWith(GROUP_PREFIX) || pk.startsWith(NOTIFICATION_PREFIX)) return false;
      return !pk.startsWith(ALERT_PREFIX) || item?.confirmedSeq === item?.seq;
    });
  }
}

/** Whoever was told of an end forgets that. */
class WithoutTombstones extends Passing {
  override async put(item: Item, condition?: Condition): Promise<boolean> {
    if (item.pk.startsWith(GROUP_PREFIX) && item.sk.startsWith('done#')) return true;
    return await super.put(item, condition);
  }
}

/** A flush that is repeated decides anew. */
class WithoutPlans extends Passing {
  override async update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    const { planIds, ...set } = change.set ?? {};
    if (planIds === undefined) return await super.update(key, change, condition);
    return await super.update(key, { ...change, set }, condition);
  }
}

/** Two may send the same at the same time. */
class WithoutLease extends Passing {
  override update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    const leased = key.pk.startsWith(NOTIFICATION_PREFIX) && change.add?.attempts !== undefined;
    if (!leased) return super.update(key, change, condition);
    return super.update(key, { ...change, set: { ...change.set, leaseUntil: 0 } }, undefined);
  }
}

/** What is remembered is written over what somebody else remembered meanwhile. */
class WithoutVersions extends Passing {
  override put(item: Item, condition?: Condition): Promise<boolean> {
    return super.put(item, item.pk.startsWith(NOVEL_PREFIX) ? undefined : condition);
  }
}

/** What is new counts as told before it is. */
class ToldEarly extends Passing {
  override put(item: Item, condition?: Condition): Promise<boolean> {
    if (!item.pk.startsWith(NOVEL_PREFIX) || !Array.isArray(item.known)) return super.put(item, condition);
    const known = item.known.map((remembered) => ({
      ...(remembered as Record<string, Value>),
      state: 'told',
    }));
    return super.put({ ...item, known }, condition);
  }
}

/** Nobody hears of events that came after their windows were judged. */
class Untouched extends Passing {
  override update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    if (change.set?.touchedFrom === undefined) return super.update(key, change, condition);
    return this.table.get(key);
  }
}

/** Nobody says how far a look reaches before it reads. */
class LookingUnsaid extends Passing {
  override update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    if (change.set?.lookingTo === undefined || change.set.source !== undefined) {
      return super.update(key, change, condition);
    }
    return this.table.get(key);
  }
}

/** A flush is taken by whoever asks, also while somebody is at it. */
class WithoutFlushLease extends Passing {
  override update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    if (!key.pk.startsWith(GROUP_PREFIX) || change.set?.leaseUntil === undefined) {
      return super.update(key, change, condition);
    }
    const any = condition?.map((all) => all.filter(({ attribute }) => attribute !== 'leaseUntil'));
    return super.update(key, change, any);
  }
}

/** What a receiver's limit left no room for is forgotten. */
class WithoutFolds extends Passing {
  override async put(item: Item, condition?: Condition): Promise<boolean> {
    return item.sk.startsWith('fold#') || (await super.put(item, condition));
  }
}

/** What is kept quiet is forgotten. */
class QuietForGood extends Passing {
  override async update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    if (change.set?.quiet === undefined) return await super.update(key, change, condition);
    await super.delete(key);
    return undefined;
  }
}

/** A group whose timer rings early takes that for its time. */
class RingingEarly extends Passing {
  readonly #clock: Clock;

  constructor(table: Table, clock: Clock) {
    super(table);
    this.#clock = clock;
  }

  override async get(key: Key): Promise<Item | undefined> {
    return this.#due(await super.get(key));
  }

  override async update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    const item = await super.update(key, change, condition);
    return Number(change.set?.leaseUntil ?? 0) > 0 ? this.#due(item) : item;
  }

  #due(item: Item | undefined): Item | undefined {
    if (item === undefined || !item.pk.startsWith(GROUP_PREFIX) || item.nextFlushAt === undefined)
      return item;
    const now = this.#clock();
    const early = Object.entries(item).filter(([name, at]) => TIMES.has(name) && Number(at) > now);
    return { ...item, ...Object.fromEntries(early.map(([name]) => [name, now])) };
  }
}
const TIMES = new Set(['nextFlushAt', 'nextRoundAt']);

/** Who is at a flush takes it out of the due index: nobody comes after them. */
class ClaimedUndue extends Passing {
  override update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    const { leaseUntil, dueShard: _shard, dueAt: _at, ...set } = change.set ?? {};
    if (!key.pk.startsWith(GROUP_PREFIX) || typeof leaseUntil !== 'number' || leaseUntil === 0)
      return super.update(key, change, condition);
    return super.update(key, { ...change, set: { ...set, leaseUntil }, remove: DUE_ATTRIBUTES }, condition);
  }
}

/** What the due index says counts, whatever the item says by now. */
class IndexTrusted extends Passing {
  readonly #found = new Map<string, number>();

  override async due(shard: string, until: number, limit: number): Promise<DueKey[]> {
    const found = await super.due(shard, until, limit);
    for (const { pk, sk, dueAt } of found) this.#found.set(`${pk} ${sk}`, dueAt);
    return found;
  }

  override async get(key: Key): Promise<Item | undefined> {
    const item = await super.get(key);
    const dueAt = this.#found.get(`${key.pk} ${key.sk}`);
    return item === undefined || dueAt === undefined ? item : { ...item, dueAt };
  }
}

/** Who reads an item is told what it was before it was last written, for a while. */
class ReadingWeakly extends Passing {
  static readonly #old = new WeakMap<Table, Map<string, { item: Item | undefined; until: number }>>();
  readonly #real: Table;
  readonly #clock: Clock;

  constructor(table: Table, real: Table, clock: Clock) {
    super(table);
    this.#real = real;
    this.#clock = clock;
    if (!ReadingWeakly.#old.has(real)) ReadingWeakly.#old.set(real, new Map());
  }

  override async get(key: Key): Promise<Item | undefined> {
    const old = ReadingWeakly.#old.get(this.#real)?.get(`${key.pk} ${key.sk}`);
    return old !== undefined && old.until > this.#clock() ? old.item : await super.get(key);
  }

  override async update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    await this.#keepOld(key);
    return await super.update(key, change, condition);
  }

  override async put(item: Item, condition?: Condition): Promise<boolean> {
    await this.#keepOld(item);
    return await super.put(item, condition);
  }

  async #keepOld({ pk, sk }: Key): Promise<void> {
    const item = await this.#real.get({ pk, sk });
    ReadingWeakly.#old.get(this.#real)?.set(`${pk} ${sk}`, { item, until: this.#clock() + WEAK_MS });
  }
}
const WEAK_MS = 500;

/** What is to be written down before something is done is not. */
class Unsaid extends Passing {
  readonly #isMeant: (key: Key, change: Change) => boolean;

  constructor(table: Table, isMeant: (key: Key, change: Change) => boolean) {
    super(table);
    this.#isMeant = isMeant;
  }

  override update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    return this.#isMeant(key, change) ? this.table.get(key) : super.update(key, change, condition);
  }
}

function isFiring({ alert }: Item): boolean {
  return (alert as { status?: string }).status === 'firing';
}

function withoutDue(item: Item, keep: boolean): Item {
  if (keep) return item;
  const { dueShard: _shard, dueAt: _at, ...rest } = item;
  return rest as Item;
}

/** Mechanisms broken on purpose: the simulation must find each. */
export const MUTANTS: Record<string, Mutant> = {
  'no-batch-guard': { state: (table) => new WithoutGuard(table) },
  'alert-confirmed-before-sending': { state: (table) => new ConfirmedEarly(table) },
  'delivery-confirmed-before-sending': { state: (table) => new DeliveredEarly(table) },
  'no-sweep': { state: (table, real) => new Unswept(table, real) },
  'processing-time': {
    batch: (batch, clock) => ({
      ...batch,
      events: batch.events.map((event) => ({ ...event, timestamp: clock() })),
    }),
  },
  'no-tombstones': { state: (table) => new WithoutTombstones(table) },
  'no-plans': { state: (table) => new WithoutPlans(table) },
  'novelties-overwritten': { state: (table) => new WithoutVersions(table) },
  'novelties-told-before-sending': { state: (table) => new ToldEarly(table) },
  'late-windows-untouched': { state: (table) => new Untouched(table) },
  'looks-unsaid': { state: (table) => new LookingUnsaid(table) },
  'no-flush-lease': { state: (table) => new WithoutFlushLease(table) },
  'folds-forgotten': { state: (table) => new WithoutFolds(table) },
  'quiet-for-good': { state: (table) => new QuietForGood(table) },
  'no-send-lease': { state: (table) => new WithoutLease(table) },
  'announced-to-nobody': { state: (table) => new KeptToOneself(table) },
  'lateness-unsaid': { state: (table) => new LatenessUnsaid(table) },
  'rings-early': { state: (table, _real, clock) => new RingingEarly(table, clock) },
  'reads-weakly': { state: (table, real, clock) => new ReadingWeakly(table, real, clock) },
  'flush-claimed-undue': { state: (table) => new ClaimedUndue(table) },
  'index-trusted': { state: (table) => new IndexTrusted(table) },
  'shards-unsaid': { state: (table) => new Unsaid(table, (_key, { set = {} }) => set.shards !== undefined) },
  'reach-unsaid': { state: (table) => new Unsaid(table, (_key, { add = {} }) => add.groupIds !== undefined) },
  ...UNGUARDED,
};
