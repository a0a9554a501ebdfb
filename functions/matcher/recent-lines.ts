import type { ExampleLine } from '../../shared/alerts/notification.ts';

const SERIES_MAX = 500;
const LINE_BYTES_MAX = 2048;

/**
 * The latest matched lines of each series that this function has seen, so that the message of a threshold crossed by
 * one line shows those before it too. Bounded; what is forgotten is only missing as an example.
 */
export class RecentLines {
  static readonly PER_SERIES = 5;
  readonly #lines = new Map<string, ExampleLine[]>();

  /** Adds redacted lines and answers the latest ones, oldest first, each at most 2 KB. */
  add(fingerprint: string, lines: ExampleLine[]): ExampleLine[] {
    const cut = lines.map((line) => ({ ...line, message: cutBytes(line.message) }));
    const latest = [...(this.#lines.get(fingerprint) ?? []), ...cut].slice(-RecentLines.PER_SERIES);
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

/** Cuts a text at 2 KB of UTF-8 without leaving half a character. */
function cutBytes(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= LINE_BYTES_MAX) return text;
  return `${new TextDecoder().decode(bytes.subarray(0, LINE_BYTES_MAX), { stream: true })}…`;
}
