/** What `tocsin apply` would do: the document against what stands. Pure. */
import { digest } from '../alerts/identity.ts';
import type { Body, ItemKind, RawItem } from '../config/items.ts';
import { isEdited, nameOf, type Standing, saysNothing } from './standing.ts';

/** One item that differs. */
export interface Step {
  kind: ItemKind;
  id: string;
  /** null: it does not stand. */
  before: Body | null;
  /** null: it is to go. */
  after: Body | null;
  /** Why only `--force` may do it; null: nothing speaks against it. */
  conflict: string | null;
}

export interface PlanOptions {
  owner: string;
  /** Names of the items that were applied and not removed since, as far as that is remembered. */
  everApplied: ReadonlySet<string>;
}

/** In the document's order, removals last. */
export function planApply(
  items: readonly RawItem[],
  standing: readonly Standing[],
  { owner, everApplied }: PlanOptions,
): Step[] {
  const known = new Map(standing.map((item) => [nameOf(item), item]));
  // Settings that say nothing need no item, and must not take another owner's away.
  const wanted = items.filter((item) => !saysNothing(item));
  const writes = wanted.flatMap((item): Step[] => {
    const before = known.get(nameOf(item));
    if (before !== undefined && digest(before.body) === digest(item.body)) return [];
    const { kind, id, body } = item;
    const conflict = before === undefined ? goneOf(nameOf(item), everApplied) : conflictOf(before, owner);
    return [{ kind, id, before: before?.body ?? null, after: body, conflict }];
  });
  const names = new Set(wanted.map(nameOf));
  const removals = standing
    .filter((item) => item.owner === owner && !names.has(nameOf(item)) && !saysNothing(item))
    .map((item): Step => {
      const { kind, id, body } = item;
      return { kind, id, before: body, after: null, conflict: conflictOf(item, owner) };
    });
  return [...writes, ...removals];
}

/** What brings items to `wanted` bodies, whatever else stands; null: the item is to go. */
export function planRollback(
  wanted: readonly Pick<Step, 'kind' | 'id' | 'after'>[],
  standing: readonly Standing[],
  { owner, everApplied }: PlanOptions,
): Step[] {
  const known = new Map(standing.map((item) => [nameOf(item), item]));
  return wanted.flatMap(({ kind, id, after }): Step[] => {
    const name = nameOf({ kind, id });
    const before = known.get(name);
    if (digest(before?.body ?? null) === digest(after)) return [];
    const conflict = before === undefined ? goneOf(name, everApplied) : conflictOf(before, owner);
    return [{ kind, id, before: before?.body ?? null, after, conflict }];
  });
}

/** Why an item that does not stand is not simply written. */
function goneOf(name: string, everApplied: ReadonlySet<string>): string | null {
  return everApplied.has(name) ? 'somebody deleted it by hand' : null;
}

function conflictOf(before: Standing, owner: string): string | null {
  if (saysNothing(before)) return null;
  if (before.owner !== null && before.owner !== owner) return `it belongs to the owner ${before.owner}`;
  if (before.owner === null) return 'somebody made it by hand';
  return isEdited(before) ? 'somebody edited it by hand' : null;
}
