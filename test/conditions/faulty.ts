/** A table whose calls fail now and then, before or after they took effect. */
import { PortError, type Table } from '../../shared/ports.ts';

/** `next` answers numbers from 0 to 1. */
export function faulty(table: Table, next: () => number, share: number): Table {
  return new Proxy(table, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...given: unknown[]) => {
        const fate = next();
        if (fate < share / 2) throw lost();
        const answer: unknown = await method.apply(target, given);
        if (fate < share) throw lost();
        return answer;
      };
    },
  });
}

function lost(): PortError {
  return new PortError('Timeout', 'The answer was lost.', { transient: true });
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
