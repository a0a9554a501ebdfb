import type { Io } from './io.ts';

/** A line on the terminal that says how far long work has come; says nothing where nobody watches. */
export class Progress {
  readonly #io: Io;
  readonly #isShown: boolean;
  readonly #clock: () => number;
  #saidAt = 0;
  #isOnScreen = false;

  constructor(io: Io, json: boolean, clock: () => number = Date.now) {
    this.#io = io;
    this.#isShown = io.isTerminal && !json;
    this.#clock = clock;
  }

  /** Says `text`, at most five times a second. */
  say(text: () => string): void {
    if (!this.#isShown || this.#clock() - this.#saidAt < 200) return;
    this.#saidAt = this.#clock();
    this.#isOnScreen = true;
    this.#io.stderr(`\r\u001b[K${text()}`);
  }

  /** Wipes the line away, before anything else is printed. */
  clear(): void {
    if (this.#isOnScreen) this.#io.stderr('\r\u001b[K');
    this.#isOnScreen = false;
  }
}
