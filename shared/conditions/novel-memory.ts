import type { Remembered } from './novel-place.ts';

/** A bucket as it was read or written. */
export interface Bucket {
  /** 0: it was not there. */
  version: number;
  known: readonly Remembered[];
}

/** Enough for two full groups; most values and templates are some hundred bytes, none exceeds 8 KB. */
const REMEMBERED_MAX = 20_000;
const RULES_MAX = 5_000;

/**
 * What a warm function remembers of novelties. Losing any of it changes nothing but cost. The least recently used are
 * forgotten.
 */
export class NovelMemory {
  /** By partition and sort key. */
  readonly buckets = new RecentMap<Bucket>(REMEMBERED_MAX, ({ known }) => Math.max(known.length, 1));
  /** The earliest event that is known of a rule, by partition: its time, ms. */
  readonly starts = new RecentMap<number>(RULES_MAX);
  /** Groups that were found full: until when (processing time, ms) that is not asked again. */
  readonly fullUntil = new RecentMap<number>(RULES_MAX);
}

class RecentMap<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #max: number;
  readonly #weigh: (value: Value) => number;
  #weight = 0;

  constructor(max: number, weigh: (value: Value) => number = () => 1) {
    this.#max = max;
    this.#weigh = weigh;
  }

  get(name: string): Value | undefined {
    const value = this.#entries.get(name);
    if (value !== undefined) this.set(name, value);
    return value;
  }

  set(name: string, value: Value): void {
    this.#delete(name);
    this.#entries.set(name, value);
    this.#weight += this.#weigh(value);
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#max) break;
      this.#delete(oldest);
    }
  }

  #delete(name: string): void {
    const value = this.#entries.get(name);
    if (value === undefined) return;
    this.#weight -= this.#weigh(value);
    this.#entries.delete(name);
  }
}
