import type { Outgoing, Queue } from '../ports.ts';

/** The `Queue` port in memory; whoever drives virtual time takes messages out when they are due. */
export class MemoryQueue<Message> implements Queue<Message> {
  #waiting: { body: Message; notBefore: number }[] = [];

  async send(messages: Outgoing<Message>[]): Promise<void> {
    for (const { body, notBefore = 0 } of messages) {
      this.#waiting.push({ body: structuredClone(body), notBefore });
    }
  }

  /** Processing time (ms) of the earliest message, or null when there is none. */
  nextAt(): number | null {
    return this.#waiting.reduce<number | null>(
      (earliest, { notBefore }) => (earliest === null || notBefore < earliest ? notBefore : earliest),
      null,
    );
  }

  /** Removes and returns the messages that are due at `now` (ms), oldest first. */
  take(now: number): Message[] {
    const due = this.#waiting.filter(({ notBefore }) => notBefore <= now);
    this.#waiting = this.#waiting.filter(({ notBefore }) => notBefore > now);
    return due.sort((a, b) => a.notBefore - b.notBefore).map(({ body }) => body);
  }
}
