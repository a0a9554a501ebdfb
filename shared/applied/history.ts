/**
 * Every apply as a version, in the state table: a head of its own, and one item for each item of the configuration that
 * it changed, before and after. A version is written down before the config table is touched, and marked as done after.
 */
import { forEachConcurrently } from '../concurrency.ts';
import type { Body, ItemKind } from '../config/items.ts';
import type { Item, Table, Value } from '../ports.ts';
import type { Step } from './plan.ts';
import { nameOf } from './standing.ts';

const PARTITION = 'applied';
const HEAD = { pk: PARTITION, sk: 'head' };
const VERSION_PREFIX = 'version#';
const DIGITS = 9;
const WRITES_AT_A_TIME = 8;
/** Older versions are forgotten. */
const VERSIONS_MAX = 200;

export interface Change {
  kind: ItemKind;
  id: string;
  before: Body | null;
  after: Body | null;
}

export interface Version {
  version: number;
  /** ms. */
  at: number;
  /** Who applied. */
  by: string;
  owner: string;
  /** For people: `apply rules.yaml`, `rollback to 3`. */
  what: string;
  /** Every change was made. */
  done: boolean;
  changes: Change[];
}

/** All versions that are remembered, oldest first. */
export async function readHistory(state: Table): Promise<Version[]> {
  const items = await state.query({ pk: PARTITION, from: VERSION_PREFIX, to: 'version$' });
  const versions = new Map<number, Version>();
  for (const item of items) {
    const version = Number(item.version);
    if (item.kind === undefined) versions.set(version, versionOf(item));
    else versions.get(version)?.changes.push(item as unknown as Change);
  }
  return [...versions.values()];
}

/** The names of the items that the remembered versions wrote and did not remove. */
export function everApplied(history: readonly Version[]): Set<string> {
  const names = new Set<string>();
  for (const change of history.flatMap(({ changes }) => changes)) {
    if (change.after === null) names.delete(nameOf(change));
    else names.add(nameOf(change));
  }
  return names;
}

/** How the owner's items stood after `version`, as far as that is remembered: their names and bodies. */
export function stoodAfter(history: readonly Version[], version: number, owner: string): Change[] {
  const stood = new Map<string, Change>();
  // What other owners took over since is theirs.
  for (const change of lastChanges(history, owner))
    if (change.after !== null) stood.set(nameOf(change), { ...change, before: null });
  const later = history.filter((entry) => entry.version > version && entry.owner === owner);
  for (const change of later.flatMap((entry) => entry.changes).reverse()) {
    const { kind, id, before } = change;
    stood.set(nameOf(change), { kind, id, before: null, after: before });
  }
  return [...stood.values()];
}

/** The last change of each item, where that was the owner's. */
function lastChanges(history: readonly Version[], owner: string): Change[] {
  const last = new Map<string, Change & { owner: string }>();
  for (const entry of history)
    for (const { kind, id, before, after } of entry.changes)
      last.set(nameOf({ kind, id }), { kind, id, before, after, owner: entry.owner });
  return [...last.values()].filter((change) => change.owner === owner);
}

/** Writes a version down before it is made; answers its number. */
export async function beginVersion(
  state: Table,
  { at, by, owner, what }: Pick<Version, 'at' | 'by' | 'owner' | 'what'>,
  steps: readonly Step[],
): Promise<number> {
  const head = await state.update(HEAD, { add: { version: 1 } });
  const version = Number(head?.version);
  await state.put({ ...versionKey(version), version, at, by, owner, what, done: false });
  await forEachConcurrently(steps, WRITES_AT_A_TIME, async ({ kind, id, before, after }) => {
    const key = { pk: PARTITION, sk: `${versionKey(version).sk}#${kind}#${id}` };
    const bodies = { before: before as Value, after: after as Value };
    await state.put({ ...key, version, kind, id, ...bodies });
  });
  return version;
}

/** Marks a version as made, and forgets the oldest. */
export async function endVersion(state: Table, version: number): Promise<void> {
  await state.update(versionKey(version), { set: { done: true } });
  const old = versionKey(version - VERSIONS_MAX).sk;
  if (version <= VERSIONS_MAX) return;
  const items = await state.query({ pk: PARTITION, from: VERSION_PREFIX, to: `${old}$` });
  for (const { pk, sk } of items) await state.delete({ pk, sk });
}

function versionKey(version: number) {
  return { pk: PARTITION, sk: `${VERSION_PREFIX}${String(version).padStart(DIGITS, '0')}` };
}

function versionOf(item: Item): Version {
  const { version, at, by, owner, what, done } = item;
  return {
    version: Number(version),
    at: Number(at),
    by: String(by),
    owner: String(owner),
    what: String(what),
    done: done === true,
    changes: [],
  };
}
