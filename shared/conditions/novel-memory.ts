import type { Remembered } from './novel-place.ts';

/** A bucket as it was read or written. */
export interface Bucket {
  /** 0: it was not there. */
  version: number;
  known: readonly Remembered[];
}

/** Enough for some rules' values; a bucket is a few hundred bytes. */
const BUCKETS_MAX = 20_000;
const RULES_MAX = 5_000;

/**
 * What a warm function remembers of novelties. Losing any of it changes nothing but cost. The least recently used are
 * forgotten.
 */
export class NovelMemory {
  /** By partition and sort key. */
  readonly buckets = new RecentMap<Bucket>(BUCKETS_MAX);
  /** The earliest event that is known of a rule, by partition: its time, ms. */
  readonly starts = new RecentMap<number>(RULES_MAX);
  /** Groups that were found full: until when (processing time, ms) that is not asked again. */
  readonly fullUntil = new RecentMap<number>(RULES_MAX);
}

class RecentMap<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get(name: string): Value | undefined {
    const value = this.#entries.get(name);
    if (value !== undefined) this.set(name, value);
    return value;
  }

  set(name: string, value: Value): void {
    this.#entries.delete(name);
    this.#entries.set(name, value);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#max && oldest !== undefined) this.#entries.delete(oldest);
  }
}
