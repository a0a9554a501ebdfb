/** So many at least once a log is long enough; twice as many at most. */
const BINS_MIN = 480;

/** The worst value of each stretch of time, in memory that does not grow with time: stretches double instead. */
export class Bins {
  /** ms. */
  readonly start: number;
  /** Length of a stretch, ms. */
  widthMs: number;
  readonly #worse: (a: number, b: number) => number;
  /** undefined: nothing was noted. */
  #values: (number | undefined)[] = [];

  /** `worse`: which of two values is drawn; the greater one unless said. */
  constructor(start: number, widthMs: number, worse: (a: number, b: number) => number = Math.max) {
    this.start = start;
    this.widthMs = widthMs;
    this.#worse = worse;
  }

  /** How many stretches there are. */
  get size(): number {
    return this.#values.length;
  }

  /** The worst value of all; null: none was noted. */
  get worst(): number | null {
    return (
      this.#values.reduce<number | undefined>((worst, value) => this.#of(worst, value), undefined) ?? null
    );
  }

  indexOf(time: number): number {
    return Math.max(0, Math.floor((time - this.start) / this.widthMs));
  }

  /** Notes a value at a time (ms). */
  note(time: number, value: number): void {
    while (this.indexOf(time) >= 2 * BINS_MIN) this.#double();
    const index = this.indexOf(time);
    while (this.#values.length <= index) this.#values.push(undefined);
    this.#values[index] = this.#of(this.#values[index], value);
  }

  #of(one: number | undefined, other: number | undefined): number | undefined {
    return one === undefined || other === undefined ? (one ?? other) : this.#worse(one, other);
  }

  #double(): void {
    const pairs = Math.ceil(this.#values.length / 2);
    this.#values = Array.from({ length: pairs }, (_, index) =>
      this.#of(this.#values[2 * index], this.#values[2 * index + 1]),
    );
    this.widthMs *= 2;
  }

  /** The values of `count` stretches of the same length, from the start to `end` (ms); 0 where none was noted. */
  resampled(count: number, end: number): number[] {
    const stretch = Math.max(end - this.start, this.widthMs) / count;
    const values = new Array<number | undefined>(count).fill(undefined);
    for (const [index, value] of this.#values.entries()) {
      const from = Math.min(count - 1, Math.floor((index * this.widthMs) / stretch));
      const to = Math.min(count - 1, Math.ceil(((index + 1) * this.widthMs) / stretch) - 1);
      for (let at = from; at <= Math.max(from, to); at += 1) values[at] = this.#of(values[at], value);
    }
    return values.map((value) => value ?? 0);
  }
}
