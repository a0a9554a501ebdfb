import type { LogBatch } from '../../shared/logs/event.ts';
import { hasOwnId } from './event-ids.ts';

/** So many names at least are remembered, twice as many at most: memory does not grow with the logs. */
const REMEMBERED = 100_000;

/**
 * Events that come again, as they do where exports overlap: every log event counts once. Those that name themselves are
 * known for long, also where a file is out of order; lines are known by those of the same time, which the order of times
 * brings together.
 */
export class Repeats {
  #time = Number.NaN;
  #first: LogBatch | undefined;
  readonly #names = new Set<string>();
  #own = new Set<string>();
  #ownBefore = new Set<string>();

  /** Whether the event of a delivery was asked about before; `time`: ms. */
  has(delivery: LogBatch, time: number): boolean {
    const [event] = delivery.events;
    if (event === undefined || !hasOwnId(event)) return this.#hasLine(delivery, time);
    return this.#hasOwn(`${time} ${event.id}`);
  }

  #hasOwn(name: string): boolean {
    if (this.#own.has(name) || this.#ownBefore.has(name)) return true;
    if (this.#own.size >= REMEMBERED) {
      this.#ownBefore = this.#own;
      this.#own = new Set();
    }
    this.#own.add(name);
    return false;
  }

  #hasLine(delivery: LogBatch, time: number): boolean {
    if (time !== this.#time) {
      this.#time = time;
      this.#first = delivery;
      if (this.#names.size > 0) this.#names.clear();
      return false;
    }
    // Few share their time with another: only then is anything named.
    if (this.#first !== undefined) this.#names.add(nameOf(this.#first));
    this.#first = undefined;
    const name = nameOf(delivery);
    if (this.#names.has(name)) return true;
    this.#names.add(name);
    return false;
  }
}

function nameOf({ logGroup, logStream, events }: LogBatch): string {
  return [logGroup, logStream, ...events.map(({ id }) => id)].join('\u0000');
}
