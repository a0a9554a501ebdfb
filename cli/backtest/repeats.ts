import type { LogBatch } from '../../shared/logs/event.ts';

/**
 * Events that come again, as they do where exports overlap: every log event counts once. Only those of one time are
 * remembered, which the order of times brings together.
 */
export class Repeats {
  #time = Number.NaN;
  #first: LogBatch | undefined;
  readonly #names = new Set<string>();

  /** Whether the event of a delivery was asked about before; `time`: ms. */
  has(delivery: LogBatch, time: number): boolean {
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
