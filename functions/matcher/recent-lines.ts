import type { ExampleLine } from '../../shared/alerts/notification.ts';

const SERIES_MAX = 500;

/**
 * The latest matched lines of each series that this function has seen, so that the message of a threshold crossed by
 * one line shows those before it too. Bounded; what is forgotten is only missing as an example.
 */
export class RecentLines {
  static readonly PER_SERIES = 5;
  readonly #lines = new Map<string, ExampleLine[]>();

  /** Adds a batch's lines and answers the latest ones, oldest first; those of a batch that comes again stand once. */
  add(fingerprint: string, lines: ExampleLine[]): ExampleLine[] {
    const known = this.#lines.get(fingerprint) ?? [];
    const before = known.filter((line) => !lines.some((added) => isSame(line, added)));
    const latest = [...before, ...lines].slice(-RecentLines.PER_SERIES);
    this.#lines.delete(fingerprint);
    this.#lines.set(fingerprint, latest);
    if (this.#lines.size > SERIES_MAX) this.#forgetOldest();
    return latest;
  }

  #forgetOldest(): void {
    const [oldest] = this.#lines.keys();
    if (oldest !== undefined) this.#lines.delete(oldest);
  }
}

function isSame(one: ExampleLine, other: ExampleLine): boolean {
  return (
    one.at === other.at &&
    one.message === other.message &&
    one.logGroup === other.logGroup &&
    one.logStream === other.logStream
  );
}
