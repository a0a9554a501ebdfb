/** A request that the stand-in was sent, with what became of it. */
export interface Received {
  /** Counts up from 1. */
  seq: number;
  /** By the stand-in's clock, ms. */
  at: number;
  token: string;
  /** What the page calls the bot. */
  bot: string;
  msgType: string;
  /** The parsed body, signature included. */
  body: Record<string, unknown>;
}

/** A request that was not taken. */
export interface Refused {
  seq: number;
  at: number;
  token: string;
  bot: string;
  reason: string;
}

const KEPT = 500;

/** The newest messages and refusals, 500 of each. */
export interface Inbox {
  take(entry: Omit<Received, 'seq'>): void;
  refuse(entry: Omit<Refused, 'seq'>): void;
  received(): Received[];
  refused(): Refused[];
}

export function createInbox(): Inbox {
  const received: Received[] = [];
  const refused: Refused[] = [];
  let seq = 0;
  return {
    take(entry) {
      seq++;
      received.push({ seq, ...entry });
      if (received.length > KEPT) received.shift();
    },
    refuse(entry) {
      seq++;
      refused.push({ seq, ...entry });
      if (refused.length > KEPT) refused.shift();
    },
    received: () => [...received],
    refused: () => [...refused],
  };
}

/** Tokens are credentials, a stand-in's included: some of them may be real ones that wait for `--deliver`. */
export function maskToken(token: string): string {
  return token.length <= 8 ? '***' : `${token.slice(0, 4)}***`;
}
