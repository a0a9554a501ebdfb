/**
 * `maxGroups` (contract §1.3): how many groups of a rule are counted by themselves. Whoever writes the logs chooses
 * the group values; this bounds items, time and alerts.
 *
 * Layout: the groups admitted to a rule on one day (UTC, processing time) stand in buckets chosen by a group's hash,
 * one item each: a set of short hashes and their number, `ADD` guarded by `lacks` and the number. A bucket only grows,
 * so what was admitted or refused stays so until the day is over, and a function that remembers the bucket need not
 * ask again: a group costs 1 write unit a day, a function 1 read unit per bucket.
 * Tolerance: up to `EXACT_MAX` groups there is one bucket, and the limit is exact (a write of it costs up to 9 units).
 * Above, hashes fill buckets unevenly, and each has room for half as many again: between `maxGroups` and 1.5 times as
 * many are admitted. A batch that is repeated after midnight may count for another group than before it.
 */
import { type Clock, type Item, PortError, type Table } from '../ports.ts';
import { hash } from './entries.ts';

/** The group value that counts what exceeds the limit. */
export const OVERFLOW_GROUP = '__overflow__';

const DAY_MS = 86_400_000;
const KEPT_MS = 2 * DAY_MS;
const EXACT_MAX = 1_000;
/** With half as many again a bucket is under 1 KB. */
const GROUPS_PER_BUCKET = 64;
const ROOM = 1.5;
/** 6 bytes: two groups taken for one only share an admission. */
const HASH_LENGTH = 8;
const BUCKETS_MAX = 4_000;
const ATTEMPTS = 8;

/** What limits the groups of one rule. */
export interface GroupLimit {
  ruleId: string;
  generation: string;
  maxGroups: number;
}

interface Bucket {
  groups: ReadonlySet<string>;
}

/** The buckets that a warm function has seen, the least recently used forgotten. */
export class GroupMemory {
  readonly #buckets = new Map<string, Bucket>();

  get(name: string): Bucket | undefined {
    const known = this.#buckets.get(name);
    if (known !== undefined) this.set(name, known);
    return known;
  }

  set(name: string, bucket: Bucket): void {
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > BUCKETS_MAX && oldest !== undefined) this.#buckets.delete(oldest);
  }
}

export interface GroupContext {
  table: Table;
  groups: GroupMemory;
  clock: Clock;
}

/** Whether a group (by its fingerprint) is counted by itself. The same answer for all of a day. */
export async function admitGroup(
  { table, groups, clock }: GroupContext,
  limit: GroupLimit,
  fingerprint: string,
): Promise<boolean> {
  const group = hash(fingerprint).slice(0, HASH_LENGTH);
  const { key, room } = bucketOf(limit, group, clock());
  const name = `${key.pk}|${key.sk}`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const known = groups.get(name) ?? { groups: groupsIn(await table.get(key)) };
    groups.set(name, known);
    if (known.groups.has(group)) return true;
    if (known.groups.size >= room) return false;
    const change = {
      set: { ttl: Math.ceil((clock() + KEPT_MS) / 1000) },
      add: { groups: new Set([group]), number: 1 },
    };
    const item = await table.update(key, change, [
      [
        { attribute: 'groups', is: 'lacks', value: group },
        { attribute: 'number', is: '<', value: room },
      ],
      [{ attribute: 'number', is: 'absent' }],
    ]);
    // Refused: somebody else has admitted it, or another one; what they left is read.
    groups.set(name, { groups: groupsIn(item ?? (await table.get(key))) });
  }
  throw new PortError(
    'Contended',
    `The groups of rule ${limit.ruleId} changed ${ATTEMPTS} times while one was admitted.`,
    {
      transient: true,
    },
  );
}

/** Whether nobody has yet said today that the rule exceeds its limit. */
export async function firstToSay({ table, clock }: GroupContext, limit: GroupLimit): Promise<boolean> {
  const key = { pk: partitionOf(limit, clock()), sk: 'said' };
  const change = { set: { said: true, ttl: Math.ceil((clock() + KEPT_MS) / 1000) } };
  return (await table.update(key, change, [[{ attribute: 'said', is: 'absent' }]])) !== undefined;
}

function bucketOf(limit: GroupLimit, group: string, now: number) {
  const { maxGroups } = limit;
  const buckets = maxGroups <= EXACT_MAX ? 1 : Math.ceil(maxGroups / GROUPS_PER_BUCKET);
  const room = buckets === 1 ? maxGroups : GROUPS_PER_BUCKET * ROOM;
  const bucket = Buffer.from(group, 'base64url').readUIntBE(0, 6) % buckets;
  return { key: { pk: partitionOf(limit, now), sk: String(bucket) }, room };
}

function partitionOf({ ruleId, generation, maxGroups }: GroupLimit, now: number): string {
  return `groups#${ruleId}#${generation}#${maxGroups}#${Math.floor(now / DAY_MS)}`;
}

function groupsIn(item: Item | undefined): ReadonlySet<string> {
  return item?.groups instanceof Set ? item.groups : new Set();
}
