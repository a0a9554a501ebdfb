/** Tells every open page what changed, as server-sent events; looks only while somebody watches. */
import type { ServerResponse } from 'node:http';

/** Digests of what the views show, by view. */
export type Marks = Readonly<Record<string, string>>;

const WATCHERS_MAX = 32;
/** A comment this often (ms) finds out who has gone. */
const PING_MS = 15_000;
/** After a look at least so many times as long as it took nothing is looked at. */
const REST = 5;

export class Feed {
  readonly #look: () => Promise<Marks>;
  readonly #everyMs: number;
  readonly #failed: (error: unknown) => void;
  readonly #watchers = new Set<ServerResponse>();
  #marks: Marks = {};
  #timer: NodeJS.Timeout | undefined;
  #saidAt = 0;

  constructor(look: () => Promise<Marks>, everyMs: number, failed: (error: unknown) => void) {
    this.#look = look;
    this.#everyMs = everyMs;
    this.#failed = failed;
  }

  /** False where too many watch already. */
  watch(response: ServerResponse): boolean {
    if (this.#watchers.size >= WATCHERS_MAX) return false;
    this.#watchers.add(response);
    response.write(': the console\n\n');
    response.once('close', () => {
      this.#watchers.delete(response);
      if (this.#watchers.size === 0) this.#rest();
    });
    if (this.#timer === undefined) this.#again(0);
    return true;
  }

  stop(): void {
    this.#rest();
    for (const watcher of this.#watchers) watcher.end();
  }

  /** Looks now: somebody has just changed something. */
  hurry(): void {
    if (this.#watchers.size === 0) return;
    this.#rest();
    this.#again(0);
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #again(afterMs: number): void {
    const timer = setTimeout(() => {
      const begunAt = performance.now();
      this.#round()
        .catch(this.#failed)
        .finally(() => {
          // Where much fires a look is long: whoever watches must not slow down what is watched.
          const restMs = REST * (performance.now() - begunAt);
          if (this.#timer === timer) this.#again(Math.max(this.#everyMs, restMs));
        });
    }, afterMs);
    timer.unref();
    this.#timer = timer;
  }

  async #round(): Promise<void> {
    const marks = await this.#look();
    const changed = Object.keys(marks).filter((view) => marks[view] !== this.#marks[view]);
    this.#marks = marks;
    this.#saidAt += this.#everyMs;
    if (changed.length > 0) this.#say(`event: changed\ndata: ${JSON.stringify(changed)}\n\n`);
    else if (this.#saidAt >= PING_MS) this.#say(': still here\n\n');
  }

  #say(text: string): void {
    this.#saidAt = 0;
    for (const watcher of this.#watchers) watcher.write(text);
  }
}
