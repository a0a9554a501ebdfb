/**
 * The embedded DynamoDB ends every walk over its store by `return` of the iterator, which the iterators of its store do
 * not have: they are closed by `close`. Left open, each keeps what it saw, so that a process that runs for months would
 * keep all that it ever wrote, in memory and in files that are open. Here they get what is called.
 */
import { createRequire } from 'node:module';

interface Iterating {
  close(): Promise<void>;
  return?: () => Promise<void>;
}

interface Store {
  keys(options?: object): Iterating;
  values(options?: object): Iterating;
}

/** Of the packages that the embedded DynamoDB itself uses. */
const requireOfDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
const STORES = [
  ['level', 'Level'],
  ['memory-level', 'MemoryLevel'],
] as const;

/** From now on, in this process. */
export function closeIterators(): void {
  for (const [name, kind] of STORES) {
    const { [kind]: store } = requireOfDynalite(name) as Record<typeof kind, { prototype: Store }>;
    closeWhatIsReturned(store.prototype);
  }
}

function closeWhatIsReturned(store: Store): void {
  // What it inherits; done before, it has its own.
  if (Object.hasOwn(store, 'values')) return;
  const { keys, values } = store;
  const closing = (iterator: Iterating) => Object.assign(iterator, { return: () => iterator.close() });
  store.keys = function (options) {
    return closing(keys.call(this, options));
  };
  store.values = function (options) {
    return closing(values.call(this, options));
  };
}
