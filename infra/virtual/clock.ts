/** A clock that is set, never back. */
export class VirtualClock {
  #now: number;

  /** `start`: ms. */
  constructor(start: number) {
    this.#now = start;
  }

  /** ms. */
  readonly now = (): number => this.#now;

  advanceTo(time: number): void {
    this.#now = Math.max(this.#now, time);
  }
}
