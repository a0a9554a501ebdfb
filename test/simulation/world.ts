/**
 * Virtual time. What is to happen stands in a calendar; the earliest entry happens next, and whoever awaits it runs on
 * until everybody waits again. Entries of the same instant happen in an order that the seed chooses, so concurrent
 * functions interleave at their calls to the outside, and nowhere else.
 */
import { Calendar } from './calendar.ts';
import { Random } from './random.ts';

export interface Recorded {
  at: number;
  text: string;
}

export class World {
  readonly seed: number;
  readonly random: Random;
  readonly history: Recorded[] = [];
  readonly #calendar = new Calendar();
  readonly #recording: boolean;
  #now: number;

  constructor(seed: number, start: number, recording: boolean) {
    this.seed = seed;
    this.random = new Random(seed);
    this.#now = start;
    this.#recording = recording;
  }

  /** ms. */
  readonly now = (): number => this.#now;

  /** `action` happens at that time (ms), or now where that has passed. */
  at(time: number, action: () => void): void {
    this.#calendar.add(Math.max(time, this.#now), this.random.next(), action);
  }

  after(delayMs: number, action: () => void): void {
    this.at(this.#now + delayMs, action);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Writes a line of history; `text` is only asked for where somebody will read it. */
  note(text: () => string): void {
    if (this.#recording) this.history.push({ at: this.#now, text: text() });
  }

  /** Lets everything happen up to `until` (ms), or to the calendar's end; false where there is nothing more. */
  async run(until: number, enough: () => boolean = () => false): Promise<boolean> {
    for (;;) {
      const next = this.#calendar.peek();
      if (next === undefined) return false;
      if (next.time > until || enough()) return true;
      this.#calendar.take();
      this.#now = next.time;
      next.action();
      await everybodyWaits();
    }
  }
}

/** All of Node's microtasks run before its next immediate. */
function everybodyWaits(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
