/** Writes whose conditions are left out: whoever comes last has their way. */
import { ALERT_PREFIX } from '../../shared/alerts/store.ts';
import { NOTIFICATION_PREFIX } from '../../shared/deliveries/ledger.ts';
import type { Change, Clause, Condition, Item, Key, Table } from '../../shared/ports.ts';
import { GROUP_PREFIX } from '../../shared/routing/groups.ts';
import type { Mutant } from './mutant.ts';
import { Passing } from './passing.ts';

/** Which clauses of which writes are left out. */
type Guard = (key: Key, clause: Clause, kind: 'update' | 'put' | 'delete', change: Change) => boolean;

class Unguarded extends Passing {
  readonly #isGuard: Guard;

  constructor(table: Table, isGuard: Guard) {
    super(table);
    this.#isGuard = isGuard;
  }

  override update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined> {
    return super.update(key, change, this.#without(key, condition, 'update', change));
  }

  override put(item: Item, condition?: Condition): Promise<boolean> {
    return super.put(item, this.#without(item, condition, 'put', {}));
  }

  override delete(key: Key, condition?: Condition): Promise<boolean> {
    return super.delete(key, this.#without(key, condition, 'delete', {}));
  }

  #without(key: Key, condition: Condition | undefined, kind: 'update' | 'put' | 'delete', change: Change) {
    return condition?.map((all) => all.filter((clause) => !this.#isGuard(key, clause, kind, change)));
  }
}

const leavingOut = (isGuard: Guard): Mutant => ({ state: (table) => new Unguarded(table, isGuard) });

export const UNGUARDED: Record<string, Mutant> = {
  'plan-overwritten': leavingOut(
    ({ pk, sk }, _clause, kind) => kind === 'put' && pk.startsWith(NOTIFICATION_PREFIX) && sk === 'plan',
  ),
  'delivery-begun-again': leavingOut(
    ({ pk, sk }, _clause, kind) => kind === 'put' && pk.startsWith(NOTIFICATION_PREFIX) && sk !== 'plan',
  ),
  'finished-deliveries-moved': leavingOut(
    ({ pk }, { attribute }, kind, { add = {} }) =>
      kind === 'update' &&
      pk.startsWith(NOTIFICATION_PREFIX) &&
      attribute === 'status' &&
      add.generation === undefined &&
      add.attempts !== 1,
  ),
  'flushes-out-of-sequence': leavingOut(
    ({ pk }, { attribute }) =>
      pk.startsWith(GROUP_PREFIX) && (attribute === 'sequence' || attribute === 'begunAt'),
  ),
  'episodes-overwritten': leavingOut(
    ({ pk }, _clause, kind) => kind === 'put' && pk.startsWith(ALERT_PREFIX),
  ),
};
