/**
 * Episodes in the state table. `head` is the alert's latest episode, `past#…` an earlier one that is still worth
 * knowing. Every transition is an outbox: written with a lease in the due index first, then sent to the alerts queue;
 * the dispatcher confirms it once it stands in its groups. The evaluator sends again whatever nobody confirmed, so a
 * message may be lost anywhere on the way, even with the queue.
 */
import { DUE_ATTRIBUTES, dueAt } from '../due.ts';
import type { Clause, Clock, Condition, Item, Key, Queue, Table, Value } from '../ports.ts';
import { writtenUpTo } from '../revision.ts';
import { stored } from '../stored.ts';
import { type Episode, resolvableAt } from './episode.ts';
import type { AlertMessage, DispatcherMessage } from './messages.ts';

/** Longer than any function that sends what it claimed may run, ms. */
const CLAIM_LEASE_MS = 90_000;
/** Example lines and ended episodes are kept this long, ms (contract §1.3, "Redaction"). */
const ENDED_KEPT_MS = 7 * 86_400_000;
const HEAD = 'head';

export interface AlertStoreDeps {
  state: Table;
  alerts: Queue<DispatcherMessage>;
  clock: Clock;
}

/** The partition of an alert; starts with `ALERT_PREFIX`. */
export function alertPartition(ruleId: string, fingerprint: string): string {
  return `${ALERT_PREFIX}${ruleId}#${fingerprint}`;
}
export const ALERT_PREFIX = 'alert#';

/** Where an alert's latest episode stands. */
export function headKey(ruleId: string, fingerprint: string): Key {
  return { pk: alertPartition(ruleId, fingerprint), sk: HEAD };
}

/** Whether an item is an alert's latest episode. */
export function isHeadKey({ pk, sk }: Key): boolean {
  return pk.startsWith(ALERT_PREFIX) && sk === HEAD;
}

/** Where an episode that began at `startsAt` (ms) stands once another has begun. */
export function pastKey(ruleId: string, fingerprint: string, startsAt: number): Key {
  return { pk: alertPartition(ruleId, fingerprint), sk: `past#${String(startsAt).padStart(15, '0')}` };
}

/** The episode at a key; undefined where there is none, or none any more. */
export async function loadEpisode(state: Table, key: Key): Promise<Episode | undefined> {
  const item = await state.get(key);
  return item === undefined ? undefined : episodeOf(item);
}

/** The ended episodes kept beside the head. */
export async function loadPastEpisodes(
  state: Table,
  ruleId: string,
  fingerprint: string,
): Promise<Episode[]> {
  const items = await state.query({ pk: alertPartition(ruleId, fingerprint), from: 'past#', to: 'past$' });
  return items.map(episodeOf);
}

/** The last episodes of an alert that ended before the one that began at `startsAt` (ms), the newest first. */
export async function loadEarlierEpisodes(
  state: Table,
  ruleId: string,
  fingerprint: string,
  startsAt: number,
  limit: number,
): Promise<Episode[]> {
  const { pk, sk: to } = pastKey(ruleId, fingerprint, startsAt - 1);
  const items = await state.query({ pk, from: 'past#', to, descending: true, limit });
  return items.map(episodeOf);
}

/** Writes a transition unless the alert moved on since `before` was read; false: read again and decide again. */
export async function writeEpisode(
  { state, clock }: AlertStoreDeps,
  key: Key,
  before: Episode | undefined,
  after: Episode,
): Promise<boolean> {
  const same = before === undefined ? [[{ attribute: 'pk', is: 'absent' as const }]] : unchanged(before);
  return await state.put({ ...key, ...attributesOf(after), ...timersOf(key, after, clock()) }, same);
}

function unchanged({ seq, heldUntil, confirmedSeq, revision }: Episode): Condition {
  const same: Clause[] = [
    { attribute: 'seq', is: '=', value: seq },
    { attribute: 'heldUntil', is: '=', value: heldUntil },
    // Otherwise what the dispatcher has taken would wait to be sent again before it may resolve.
    { attribute: 'confirmedSeq', is: '=', value: confirmedSeq },
  ];
  return writtenUpTo(revision).map((clause) => [...same, clause]);
}

/** Sends the latest transition to the dispatcher, unless it is known to have taken it. */
export async function tellDispatcher({ alerts }: AlertStoreDeps, key: Key, episode: Episode): Promise<void> {
  if (episode.confirmedSeq >= episode.seq) return;
  const { seq, generation, receiver, alert } = episode;
  const body = { version: 1, type: 'alert', key, seq, generation, receiver, alert } as const;
  await alerts.send([{ body, group: alert.ruleId }]);
}

/** The dispatcher has taken a transition: it need not be sent again. */
export async function confirmTaken(state: Table, { key, seq }: AlertMessage, now: number): Promise<void> {
  const episode = await loadEpisode(state, key);
  if (episode === undefined || episode.seq !== seq || episode.confirmedSeq >= seq) return;
  const timers = timersOf(key, { ...episode, confirmedSeq: seq }, now);
  const gone = timers.dueAt === undefined ? DUE_ATTRIBUTES : [];
  await state.update(key, { set: { confirmedSeq: seq, ...timers }, remove: gone }, [
    [{ attribute: 'seq', is: '=', value: seq }],
  ]);
}

/** Sent again, and to be looked at once more should that be lost too. */
export async function extendClaim(state: Table, key: Key, seq: number, now: number): Promise<void> {
  const change = { set: dueAt(key, now + CLAIM_LEASE_MS) };
  await state.update(key, change, [
    [
      { attribute: 'seq', is: '=', value: seq },
      { attribute: 'confirmedSeq', is: '<', value: seq },
    ],
  ]);
}

/** Unconfirmed: due when the lease ends. Firing: due when it may resolve. Otherwise it rests, and expires. */
function timersOf(key: Key, episode: Episode, now: number): Record<string, string | number> {
  if (episode.confirmedSeq < episode.seq) return dueAt(key, now + CLAIM_LEASE_MS);
  if (episode.alert.status === 'firing') return dueAt(key, resolvableAt(episode));
  return { ttl: Math.ceil((now + ENDED_KEPT_MS) / 1000) };
}

function attributesOf(episode: Episode): Record<string, Value> {
  return { ...episode, alert: stored(episode.alert) };
}

/** The episode that an item holds. */
export function episodeOf(item: Item): Episode {
  const { pk: _pk, sk: _sk, dueShard: _shard, dueAt: _at, ttl: _ttl, ...episode } = item;
  return { revision: 0, ...episode } as unknown as Episode;
}
