import { digest } from '../alerts/identity.ts';
import type { ChannelContext, Outcome } from './channel.ts';

/** Those who wait for their turn come back at different times, over so long, ms. */
const SPREAD_MS = 3000;

/** What a provider takes at one address. */
export interface Rate {
  everyMs: number;
  burst: number;
  /** In words: `the bot takes 100 messages a minute`. */
  words: string;
}

/** null: it is the turn of the notification `id` at this address, and taken with that. */
export async function turnAt(
  address: string,
  { words, ...rate }: Rate,
  id: string,
  { pace, clock }: Pick<ChannelContext, 'pace' | 'clock'>,
): Promise<Outcome | null> {
  const waitMs = (await pace?.take(address, rate, clock())) ?? 0;
  if (waitMs === 0) return null;
  return waiting(Math.ceil(waitMs) + spreadOf(id, SPREAD_MS), `${words}: this one waits for its turn`);
}

/** Nothing was sent, and will not be for so long, ms. */
export function waiting(afterMs: number, reason: string): Outcome {
  return { outcome: 'retry', afterMs, reason, unsent: true };
}

/** The notification's own place within a stretch of time, ms. */
export function spreadOf(id: string, stretchMs: number): number {
  return Number.parseInt(digest([id]).slice(0, 6), 16) % stretchMs;
}
