/** So many at least once a log is long enough; twice as many at most. */
const BINS_MIN = 480;

/** The greatest value of each stretch of time, in memory that does not grow with time: stretches double instead. */
export class Bins {
  /** ms. */
  readonly start: number;
  /** Length of a stretch, ms. */
  widthMs: number;
  values: number[] = [];

  constructor(start: number, widthMs: number) {
    this.start = start;
    this.widthMs = widthMs;
  }

  indexOf(time: number): number {
    return Math.max(0, Math.floor((time - this.start) / this.widthMs));
  }

  /** Notes a value at a time (ms). */
  note(time: number, value: number): void {
    while (this.indexOf(time) >= 2 * BINS_MIN) this.#double();
    const index = this.indexOf(time);
    while (this.values.length <= index) this.values.push(0);
    this.values[index] = Math.max(this.values[index] ?? 0, value);
  }

  #double(): void {
    const pairs = Math.ceil(this.values.length / 2);
    this.values = Array.from({ length: pairs }, (_, index) =>
      Math.max(this.values[2 * index] ?? 0, this.values[2 * index + 1] ?? 0),
    );
    this.widthMs *= 2;
  }

  /** The values of `count` stretches of the same length, from the start to `end` (ms). */
  resampled(count: number, end: number): number[] {
    const stretch = Math.max(end - this.start, this.widthMs) / count;
    const values = new Array<number>(count).fill(0);
    for (const [index, value] of this.values.entries()) {
      const from = Math.min(count - 1, Math.floor((index * this.widthMs) / stretch));
      const to = Math.min(count - 1, Math.ceil(((index + 1) * this.widthMs) / stretch) - 1);
      for (let at = from; at <= Math.max(from, to); at += 1) values[at] = Math.max(values[at] ?? 0, value);
    }
    return values;
  }
}
