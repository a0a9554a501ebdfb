import type { Clock, Outgoing, Queue } from '../../shared/ports.ts';

interface Held {
  notBefore: number;
  release: () => Promise<void>;
}

/**
 * Timers in another time than SQS keeps: whatever is sent with a delay waits here, by the given clock, and goes to the
 * real queue when its time has come. Lost with the process, as a message may be: the due index knows every timer.
 */
export class HeldQueues {
  readonly #clock: Clock;
  #held: Held[] = [];
  #sent = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The queue with its delays kept here. */
  readonly around = <Message>(queue: Queue<Message>): Queue<Message> => ({
    send: async (messages) => {
      const now = this.#clock();
      this.#sent += messages.length;
      const isLate = ({ notBefore = 0 }: Outgoing<Message>) => notBefore > now;
      const undelayed = ({ body, group }: Outgoing<Message>) => ({
        body,
        ...(group === undefined ? {} : { group }),
      });
      for (const message of messages.filter(isLate)) {
        const release = () => queue.send([undelayed(message)]);
        this.#held.push({ notBefore: message.notBefore ?? 0, release });
      }
      await queue.send(messages.filter((message) => !isLate(message)).map(undelayed));
    },
  });

  /** How many messages were ever sent: unchanged, nothing new can have become due. */
  sent(): number {
    return this.#sent;
  }

  /** When the next message is due, ms; null: none is held. */
  nextAt(): number | null {
    return this.#held.length === 0 ? null : Math.min(...this.#held.map(({ notBefore }) => notBefore));
  }

  /** Sends on what is due by now. */
  async releaseDue(): Promise<void> {
    const now = this.#clock();
    const due = this.#held.filter(({ notBefore }) => notBefore <= now);
    this.#held = this.#held.filter(({ notBefore }) => notBefore > now);
    for (const { release } of due.sort((a, b) => a.notBefore - b.notBefore)) await release();
  }
}
