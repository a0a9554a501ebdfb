import { createHash } from 'node:crypto';

const HASH_LENGTH = 12;
const NUMBER_DIGITS = 10;

/** Parts an event's own id from the stream within which it tells the event apart. */
const PART = '\0';

/** Whether an event was named by its own id, and not by its line. */
export function hasOwnId({ id }: { id: string }): boolean {
  return id.includes(PART);
}

/** Names the events of one file of logs. Events of one time are in the order of their ids. */
export class EventIds {
  readonly #file: string;
  readonly #streams = new Map<string, string>();

  /** `name` is the same where the file is read again, so that its events are, too. */
  constructor(name: string) {
    this.#file = hashOf(name);
  }

  /** Of a line, counted from 1: it sorts as the lines stand. */
  ofLine(number: number): string {
    return `${this.#file}:${String(number).padStart(NUMBER_DIGITS, '0')}`;
  }

  /** Of an event that has an id of its own, which tells it apart within its log stream only. */
  ofOwn(id: string, logGroup: string, logStream: string): string {
    const stream = JSON.stringify([logGroup, logStream]);
    const known = this.#streams.get(stream) ?? hashOf(stream);
    this.#streams.set(stream, known);
    // Nothing sorts before it: ids of one time keep their own order.
    return `${id}${PART}${known}`;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}
