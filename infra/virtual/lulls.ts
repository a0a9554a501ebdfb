/** Watches of which every look finds the same until events come: of all those looks the last one does. */
import type { Settled } from '../../functions/evaluator/deps.ts';
import type { Key } from '../../shared/ports.ts';

export class Lulls {
  readonly #settled = new Map<string, Settled>();

  get isEmpty(): boolean {
    return this.#settled.size === 0;
  }

  add(settled: Settled): void {
    this.#settled.set(nameOf(settled.watch), settled);
  }

  /** Events may change everything. */
  clear(): void {
    this.#settled.clear();
  }

  /** Before what is due at `now` (ms) is looked at: it is told again of what is settled still. */
  forgetDue(now: number): void {
    for (const [name, { nextAt }] of this.#settled) if (nextAt <= now) this.#settled.delete(name);
  }

  /** Whether a key stands in the due index only because of what is settled: a function that remembers. */
  includes(): (key: Key) => boolean {
    const all = [...this.#settled.values()].flatMap(({ watch, others }) => [watch, ...others]);
    const names = new Set(all.map(nameOf));
    return (key) => names.has(nameOf(key));
  }

  /**
   * Has `look` look at every settled watch for the last time up to `limit`, and in between where a look reaches no
   * further. Answers the time of the last look; null: there was none. Times are ms.
   */
  async lookUpTo(limit: number, look: (watch: Key, at: number) => Promise<void>): Promise<number | null> {
    let latest: number | null = null;
    for (const name of [...this.#settled.keys()]) {
      for (let settled = this.#settled.get(name); settled !== undefined; ) {
        const at = lastLook(settled, limit);
        if (at === null) break;
        this.#settled.delete(name);
        await look(settled.watch, at);
        latest = Math.max(latest ?? at, at);
        settled = this.#settled.get(name);
      }
    }
    return latest;
  }
}

/** When it is looked at last up to `limit`, ms; null: only after that, or there is something new before. */
function lastLook({ nextAt, after, latestAt }: Settled, limit: number): number | null {
  const end = Math.min(limit, latestAt);
  let last: number | null = null;
  for (let at = nextAt; at <= end; at = after(at)) last = at;
  return last;
}

function nameOf({ pk, sk }: Key): string {
  return `${pk}\u0000${sk}`;
}
