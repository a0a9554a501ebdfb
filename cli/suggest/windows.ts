/** Counts per window of time, to find a threshold that is seldom reached. */
export class WindowCounts {
  readonly #withinMs: number;
  readonly #counts = new Map<number, number>();

  constructor(withinMs: number) {
    this.#withinMs = withinMs;
  }

  add(time: number): void {
    const window = Math.floor(time / this.#withinMs);
    this.#counts.set(window, (this.#counts.get(window) ?? 0) + 1);
  }

  /** What at most so many windows reach; windows next to each other count once, as one incident. */
  reachedBy(incidents: number): number {
    const busiest = [...this.#counts].sort(([, a], [, b]) => b - a);
    const taken: number[] = [];
    for (const [window, count] of busiest) {
      if (taken.some((other) => Math.abs(other - window) <= 1)) continue;
      if (taken.length >= incidents) return count;
      taken.push(window);
    }
    return 0;
  }
}

/** Three digits say more than a log can promise: 1, 2, 3, 5, 10, 15, 20, 30, 50, 100, … at or above. */
export function roundedUp(value: number): number {
  const steps = [1, 1.5, 2, 3, 5, 10];
  const scale = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  const step = steps.find((factor) => factor * scale >= value && Number.isInteger(factor * scale)) ?? 10;
  return step * scale;
}
