import type { Provider } from './provider.ts';

/** What a channel sent on this machine, and what became of it. */
export interface Recorded {
  /** Counts up from 1. */
  seq: number;
  /** ms */
  at: number;
  provider: Provider;
  /** The receiver it was for, or the host where no receiver is known. */
  receiver: string;
  /** The body, or what stands for it. */
  body: string;
  /** Why it was not taken; null: it was. */
  refused: string | null;
}

const KEPT = 500;

/** The newest messages, 500 of them. */
export interface Records {
  add(entry: Omit<Recorded, 'seq'>): void;
  all(): Recorded[];
}

export function createRecords(): Records {
  const kept: Recorded[] = [];
  let seq = 0;
  return {
    add(entry) {
      seq += 1;
      kept.push({ seq, ...entry });
      if (kept.length > KEPT) kept.shift();
    },
    all: () => [...kept],
  };
}
