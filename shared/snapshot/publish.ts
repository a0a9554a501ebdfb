/**
 * From the config table, which people edit, to the snapshot in the state table, which functions work by. Whoever holds
 * a short lease reads every item and validates it; a broken one is reported and its last good version stays. The
 * snapshot's version grows with every change, so that everyone else reads one small item and fetches the rest only
 * then. It outlives all functions: a cold start has the last good versions too.
 *
 * Every item carries the revision that it came with. A version that is in force is no less than the revisions of all
 * items it has or had, so whoever works by it and lacks an item knows of which revisions it is gone. A publisher that
 * took longer than its lease replaces nothing that came after.
 */
import { digest } from '../alerts/identity.ts';
import { ID_KEYS } from '../config/item-ids.ts';
import type { ItemKind, RawItem } from '../config/items.ts';
import { dueAt } from '../due.ts';
import type { Clock, Item, Key, Table, Value } from '../ports.ts';
import { writtenUpTo } from '../revision.ts';

const PARTITION = 'configuration';
const HEAD = { pk: PARTITION, sk: 'head' };
const ITEM_PREFIX = 'item#';
export const CHANGES_PARTITION = 'configuration-changes';

/** How long (ms) the table goes unread; with one look at the version as often, a change is live within twice this. */
export const RECHECK_MS = 10_000;
/** Longer than reading and validating takes, ms. */
const LEASE_MS = 20_000;
/** After a change (ms) nobody works by what was before, and what they claimed by it is confirmed. */
const SETTLED_MS = 120_000;

export interface Problem {
  path: string;
  message: string;
}

/** An item as the snapshot keeps it. */
export interface SnapshotItem {
  kind: ItemKind;
  id: string;
  /** The last good version, as people write it; null: there never was one. */
  body: Record<string, Value> | null;
  /** What is wrong with the version that stands in the table now; empty: nothing. */
  problems: Problem[];
  /** Digest of the version that stands in the table. */
  seen: string;
  /** Grows with every change; absent where a release wrote it that knew no revisions: then it is written anew. */
  revision?: number;
}

export interface SnapshotHead {
  version: number;
  /** 0: nobody is publishing. */
  leaseUntil: number;
  /** When the config table was last read, ms. */
  checkedAt: number;
}

export interface PublishDeps {
  config: Table;
  state: Table;
  clock: Clock;
  /** What is wrong with an item; empty: nothing. */
  validate(item: RawItem): Problem[];
}

/** The snapshot's head as it is; version 0 where nothing was ever published. */
export async function publishedHead(state: Table): Promise<SnapshotHead> {
  return headOf(await state.get(HEAD));
}

/** Publishes if nobody did lately, and answers the snapshot's head. */
export async function keepPublished(deps: PublishDeps): Promise<SnapshotHead> {
  const now = deps.clock();
  const head = await publishedHead(deps.state);
  if (head.checkedAt + RECHECK_MS > now) return head;
  const free = [
    [{ attribute: 'leaseUntil', is: 'absent' as const }],
    [{ attribute: 'leaseUntil', is: '<=' as const, value: now }],
  ];
  const leased = await deps.state.update(HEAD, { set: { leaseUntil: now + LEASE_MS } }, free);
  // Before the very first snapshot there is nothing to work by, and no time to wait: two may then publish the same.
  const never = head.checkedAt === Number.NEGATIVE_INFINITY;
  if (leased === undefined && !never) return head;
  return await publish(deps, headOf(leased).version, head.leaseUntil > 0);
}

/**
 * `before`: the version until now. `interrupted`: somebody who began did not end. Perhaps items were changed and nobody
 * was told, so all count as changed. The lease is given back last.
 */
async function publish(deps: PublishDeps, before: number, interrupted: boolean): Promise<SnapshotHead> {
  const readAt = deps.clock();
  const [raw, known] = await Promise.all([deps.config.scan(), loadItems(deps.state)]);
  const revision = 1 + Math.max(before, ...known.map((item) => item.revision ?? 0));
  const changed = await writeChanges(deps, raw.map(rawItemOf), known, revision);
  if (changed.length > 0 || interrupted) {
    const version = await raiseVersion(deps.state, revision);
    const items = interrupted ? [...known, ...changed] : changed;
    const rules = new Set(items.filter(({ kind }) => kind === 'rule').map(({ id }) => id));
    if (rules.size > 0) await announce(deps, [...rules], version);
  }
  return headOf(await deps.state.update(HEAD, { set: { checkedAt: readAt, leaseUntil: 0 } }));
}

/** Brings the snapshot's items to what the table says; answers those that changed. */
async function writeChanges(
  deps: PublishDeps,
  raw: RawItem[],
  known: SnapshotItem[],
  revision: number,
): Promise<RawItem[]> {
  const before = new Map(known.map((item) => [nameOf(item), item]));
  const changed: RawItem[] = [];
  for (const item of raw) {
    const old = before.get(nameOf(item));
    before.delete(nameOf(item));
    const seen = digest(item.body);
    if (old?.seen === seen && old.revision !== undefined) continue;
    const problems = deps.validate(item);
    const body = problems.length === 0 ? (item.body as Record<string, Value>) : (old?.body ?? null);
    if (await writeItem(deps.state, { ...item, body, problems, seen, revision })) changed.push(item);
  }
  for (const gone of before.values()) {
    const unchanged = writtenUpTo(gone.revision ?? 0).map((clause) => [clause]);
    const isGone = await deps.state.delete(itemKey(gone), unchanged);
    if (isGone) changed.push({ kind: gone.kind, id: gone.id, body: {} });
  }
  return changed;
}

/** The snapshot's next version, `least` or more. */
async function raiseVersion(state: Table, least: number): Promise<number> {
  const raised = await state.update(HEAD, { set: { version: least } }, [
    [{ attribute: 'version', is: 'absent' }],
    [{ attribute: 'version', is: '<', value: least }],
  ]);
  return headOf(raised ?? (await state.update(HEAD, { add: { version: 1 } }))).version;
}

/** Alerts of changed rules need looking at before their own time: a deleted rule resolves them. */
async function announce(deps: PublishDeps, rules: string[], version: number): Promise<void> {
  const key = { pk: CHANGES_PARTITION, sk: String(version).padStart(12, '0') };
  const now = deps.clock();
  await deps.state.put({ ...key, rules, settledAt: now + SETTLED_MS, ...dueAt(key, now) });
}

/** A change was looked at, at `now` (ms): once more when it has settled, and then no more. */
export async function finishChange(state: Table, key: Key, settledAt: number, now: number): Promise<void> {
  if (now >= settledAt) await state.delete(key);
  else await state.update(key, { set: dueAt(key, settledAt) }, [[{ attribute: 'pk', is: 'present' }]]);
}

/** Every item of the snapshot. */
export async function loadItems(state: Table): Promise<SnapshotItem[]> {
  const items = await state.query({ pk: PARTITION, from: ITEM_PREFIX, to: 'item$' });
  return items as unknown as SnapshotItem[];
}

/** Writes a version of an item; false: somebody wrote one that is as new. */
async function writeItem(state: Table, item: SnapshotItem & { revision: number }): Promise<boolean> {
  const { kind, id, body, seen, revision } = item;
  const problems = item.problems.map(({ path, message }) => ({ path, message }));
  const older = writtenUpTo(revision - 1).map((clause) => [clause]);
  return await state.put({ ...itemKey(item), kind, id, body, problems, seen, revision }, older);
}

function itemKey(item: { kind: string; id: string }) {
  return { pk: PARTITION, sk: `${ITEM_PREFIX}${nameOf(item)}` };
}

function nameOf({ kind, id }: { kind: string; id: string }): string {
  return `${kind}#${id}`;
}

function headOf(item: Item | undefined): SnapshotHead {
  return {
    version: Number(item?.version ?? 0),
    leaseUntil: Number(item?.leaseUntil ?? 0),
    checkedAt: Number(item?.checkedAt ?? Number.NEGATIVE_INFINITY),
  };
}

/**
 * An item of the config table: `pk` is its kind, `sk` its id, names that begin with `_` are tocsin's own notes. Whoever
 * writes one by hand need not write the id twice.
 */
export function rawItemOf(item: Item): RawItem {
  const { pk, sk, ...rest } = item;
  const kind = pk as ItemKind;
  const own = Object.entries(rest).filter(([name]) => !name.startsWith('_'));
  const body = Object.fromEntries(own.map(([name, value]) => [name, withoutSets(value)]));
  const idKey = Object.hasOwn(ID_KEYS, kind) ? ID_KEYS[kind] : undefined;
  return { kind, id: sk, body: idKey === undefined ? body : { [idKey]: sk, ...body } };
}

/** DynamoDB's sets are lists to the document, in an order of their own. */
function withoutSets(value: Value): Value {
  if (value instanceof Set) return [...value].sort();
  if (Array.isArray(value)) return value.map(withoutSets);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutSets(member)]));
}
