/** Writes the day's log in real time, at many times the pace of a day. */
import { setTimeout as pause } from 'node:timers/promises';
import { FAILING_MS, WrittenFile } from './written-file.ts';

export interface Shape {
  folder: string;
  lines: number;
  files: number;
  /** How long the writing takes, ms. */
  spanMs: number;
  /** How often each file is rotated, evenly. */
  rotations: number;
}

const TICK_MS = 100;
/** Every so many files one fails for a while. */
const FAILING_EVERY = 5;

export class DayWriter {
  readonly files: readonly WrittenFile[];
  readonly #shape: Shape;
  readonly #startedAt: number;
  #written = 0;
  #rotated = 0;

  constructor(shape: Shape, now: number) {
    this.#shape = shape;
    this.#startedAt = now;
    const room = Math.max(0, shape.spanMs - 2 * FAILING_MS);
    this.files = Array.from({ length: shape.files }, (_, number) => {
      const failsAt = number % FAILING_EVERY === 0 ? now + (room * number) / shape.files : null;
      return new WrittenFile(shape.folder, number, failsAt);
    });
  }

  /** Writes all of it, whatever becomes of those who follow. */
  async write(): Promise<void> {
    for (let now = Date.now(); this.#written < this.#shape.lines; now = Date.now()) {
      this.#tick(Math.min((now - this.#startedAt) / this.#shape.spanMs, 1), now);
      await pause(TICK_MS);
    }
  }

  /** Resolves once so much of the day (0 to 1) is written. */
  async reached(share: number): Promise<void> {
    while (this.#written < share * this.#shape.lines) await pause(TICK_MS);
  }

  /** Rotates every file, beside the regular times. */
  rotateAll(): void {
    for (const file of this.files) file.rotate();
  }

  #tick(share: number, now: number): void {
    const { lines, files, rotations } = this.#shape;
    const due = Math.floor(share * lines) - this.#written;
    for (const [index, file] of this.files.entries()) {
      const before = Math.ceil((this.#written - index) / files);
      const after = Math.ceil((this.#written + due - index) / files);
      if (after > before) file.append(after - before, now);
    }
    this.#written += due;
    for (const all = files * (rotations + 1); this.#rotated + 1 < share * all; this.#rotated += 1) {
      // The first round only spreads them over the time between two rotations.
      if (this.#rotated >= files) this.files[this.#rotated % files]?.rotate();
    }
  }
}
