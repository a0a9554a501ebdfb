import type { ExampleLine } from '../../shared/alerts/notification.ts';
import type { Redactor } from '../../shared/match/redact.ts';
import { exampleLine } from './example-line.ts';
import type { FoundEvent } from './matches.ts';

const SERIES_MAX = 500;
/** Longer messages are cut at once: what is remembered stays small. */
const KEPT_LENGTH_MAX = 2048;

/** A matched line, redacted once somebody wants to see it: most lines are never shown. */
export class RecentLine {
  readonly at: number;
  readonly #place: { logGroup: string; logStream: string };
  readonly #redact: Redactor;
  #kept: FoundEvent | ExampleLine;

  constructor(
    event: FoundEvent,
    { logGroup, logStream }: { logGroup: string; logStream: string },
    redact: Redactor,
  ) {
    this.at = event.timestamp;
    this.#place = { logGroup, logStream };
    this.#redact = redact;
    this.#kept = event;
    if (event.message.length > KEPT_LENGTH_MAX) this.show();
  }

  show(): ExampleLine {
    if (!('at' in this.#kept)) this.#kept = exampleLine(this.#kept, this.#place, this.#redact);
    return this.#kept;
  }

  isSame(other: RecentLine): boolean {
    if (this.at !== other.at) return false;
    const [one, another] = [this.show(), other.show()];
    return (
      one.message === another.message &&
      one.logGroup === another.logGroup &&
      one.logStream === another.logStream
    );
  }
}

/**
 * The latest matched lines of each series that this function has seen, so that the message of a threshold crossed by
 * one line shows those before it too. Bounded; what is forgotten is only missing as an example.
 */
export class RecentLines {
  static readonly PER_SERIES = 5;
  readonly #lines = new Map<string, RecentLine[]>();

  /**
   * Adds a batch's lines and answers the latest ones after `sinceMs` (event time), oldest first; those of a batch that
   * comes again stand once.
   */
  add(fingerprint: string, lines: readonly RecentLine[], sinceMs: number): RecentLine[] {
    const known = this.#lines.get(fingerprint) ?? [];
    const before = known.filter((line) => !lines.some((added) => line.isSame(added)));
    const latest = [...before, ...lines].slice(-RecentLines.PER_SERIES);
    this.#lines.delete(fingerprint);
    this.#lines.set(fingerprint, latest);
    if (this.#lines.size > SERIES_MAX) this.#forgetOldest();
    return latest.filter(({ at }) => at > sinceMs);
  }

  #forgetOldest(): void {
    const [oldest] = this.#lines.keys();
    if (oldest !== undefined) this.#lines.delete(oldest);
  }
}
