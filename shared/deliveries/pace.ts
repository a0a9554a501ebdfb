/**
 * Keeps what one address is sent within what it takes, before it has to refuse: the generic cell rate algorithm
 * (ITU-T I.371, annex A). One number is kept for each address, the time at which it would be idle.
 */
import { digest } from '../alerts/identity.ts';
import type { Key, Pace, Table } from '../ports.ts';

const ATTEMPTS = 5;
const KEPT_S = 3600;

/** Turns over the state table, which all notifiers share. */
export function createPace(state: Table): Pace {
  return {
    async take(address, { everyMs, burst }, now) {
      const key: Key = { pk: `pace#${digest(address)}`, sk: 'turns' };
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const item = await state.get(key);
        const idleAt = typeof item?.idleAt === 'number' ? item.idleAt : 0;
        const waitMs = idleAt - everyMs * (burst - 1) - now;
        if (waitMs > 0) return waitMs;
        const next = { ...key, idleAt: Math.max(idleAt, now) + everyMs, ttl: Math.ceil(now / 1000) + KEPT_S };
        const unchanged =
          item === undefined
            ? { attribute: 'pk', is: 'absent' as const }
            : { attribute: 'idleAt', is: '=' as const, value: idleAt };
        if (await state.put(next, [[unchanged]])) return 0;
      }
      return everyMs;
    },
  };
}
