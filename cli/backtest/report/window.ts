import { type Slicing, sliceAt, sliceStart } from '../../../shared/count/slices.ts';
import type { Bins } from './bins.ts';

/** The sliding count of one group of a rule, noted in the rule's bins as it goes up and down. */
export class SlidingWindow {
  readonly #slicing: Slicing;
  readonly #bins: Bins;
  /** Slices of the window that hold anything, in order. */
  #slices: { slice: number; count: number }[] = [];
  #sum = 0;
  #notedUntil = 0;

  constructor(slicing: Slicing, bins: Bins) {
    this.#slicing = slicing;
    this.#bins = bins;
  }

  /** A match at a time (ms), unless its window has passed; answers whether its slice is new. */
  add(time: number): boolean {
    this.advance(time);
    const slice = sliceAt(time, this.#slicing);
    const last = this.#slices.at(-1);
    const isNew = last === undefined || slice > last.slice;
    if (isNew) this.#slices.push({ slice, count: 1 });
    else {
      const known = this.#slices.findLast((entry) => entry.slice === slice);
      if (known === undefined) return false;
      known.count += 1;
    }
    this.#sum += 1;
    this.#bins.note(time, this.#sum);
    return isNew;
  }

  /** Lets time pass, so that the stretches between two matches show what the window still held. */
  advance(time: number): void {
    const { windowSlices } = this.#slicing;
    const now = sliceAt(time, this.#slicing);
    for (let first = this.#slices[0]; first !== undefined && first.slice + windowSlices <= now; ) {
      const until = sliceStart(first.slice + windowSlices, this.#slicing);
      this.#noteUntil(until - 1);
      this.#sum -= first.count;
      this.#slices.shift();
      first = this.#slices[0];
    }
    this.#noteUntil(time);
  }

  #noteUntil(time: number): void {
    if (this.#sum > 0) {
      const { widthMs } = this.#bins;
      for (let at = Math.max(this.#notedUntil, this.#bins.start); at < time; at += widthMs)
        this.#bins.note(at, this.#sum);
      this.#bins.note(time, this.#sum);
    }
    this.#notedUntil = Math.max(this.#notedUntil, time);
  }
}
