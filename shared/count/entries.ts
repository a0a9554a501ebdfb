/**
 * What is written into a slice's set: one string per event (a hash of its id), or, where a batch brings many, one per
 * batch (a hash of its ids and their number). A set takes an entry once, and the union of several sets takes it once,
 * so the same batch may be written again, anywhere.
 */
import { hash as cryptoHash } from 'node:crypto';

/** base64url's digits, in their order (RFC 4648, section 5). */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Digits of 8 bytes: within one slice a collision is out of question. The last of them holds four bits. */
const HASH_DIGITS = 11;
const LAST_DIGIT_BITS = 0b111100;
/** Most events of one batch and slice that are entered one by one. */
export const LIGHT_MAX = 10;
const TIMES = '*';

/** The entries of a batch's events (by id) in one slice; the same ids give the same entries in any order. */
export function entriesOf(eventIds: readonly string[]): string[] {
  const hashes = [...new Set(eventIds.map(hash))].sort();
  return hashes.length <= LIGHT_MAX ? hashes : [`${hash(hashes.join())}${TIMES}${hashes.length}`];
}

/** The number of events in the union of sets of entries. */
export function countEntries(sets: readonly ReadonlySet<string>[]): number {
  const [only, ...more] = sets;
  const union = more.length === 0 ? (only ?? []) : new Set(sets.flatMap((set) => [...set]));
  let count = 0;
  for (const entry of union) count += eventsOf(entry);
  return count;
}

function eventsOf(entry: string): number {
  const times = entry.indexOf(TIMES);
  return times === -1 ? 1 : Number(entry.slice(times + 1));
}

/** A short hash as text: the first 8 bytes of SHA-256. */
export function hash(text: string): string {
  const whole = cryptoHash('sha256', text, 'base64url');
  const last = DIGITS.indexOf(whole.charAt(HASH_DIGITS - 1)) & LAST_DIGIT_BITS;
  return whole.slice(0, HASH_DIGITS - 1) + DIGITS.charAt(last);
}
