/**
 * What became of links that act: each acts once. A use is claimed before the act and finished after it, so that a
 * try that fails in between can be made again, and no other.
 */
import type { Key, Table } from '../ports.ts';
import type { Link } from './link.ts';

export const LINK_PREFIX = 'link#';
/** Longer than the function that acts may run, ms. */
const LEASE_MS = 30_000;
/** Silences of one episode by its links. */
const SILENCES_MAX = 20;
/** Longer than any other link of the episode could be tried, seconds. */
const COUNT_KEPT_S = 8 * 86_400;

export interface LinkUse {
  /** Who said to be acting; nobody checked it. */
  claimedBy: string;
  /** Processing time, ms. */
  at: number;
}

/** Whoever holds the claim acts; `used`: somebody did before; `busy`: somebody is at it. */
export type ClaimedUse = { kind: 'claimed' } | { kind: 'used'; use: LinkUse } | { kind: 'busy' };

/** What a link was used for already; undefined: nothing yet. */
export async function useOf(state: Table, link: Link): Promise<LinkUse | undefined> {
  const item = await state.get(keyOf(link));
  return item?.done === true ? { claimedBy: String(item.claimedBy), at: Number(item.at) } : undefined;
}

/** Takes the one use of a link. `now`: ms. */
export async function claimUse(
  state: Table,
  link: Link,
  claimedBy: string,
  now: number,
): Promise<ClaimedUse> {
  const set = { claimedBy, at: now, leaseUntil: now + LEASE_MS, done: false, ttl: expiryOf(link) };
  const free = [
    [{ attribute: 'pk', is: 'absent' as const }],
    [
      { attribute: 'done', is: '=' as const, value: false },
      { attribute: 'leaseUntil', is: '<=' as const, value: now },
    ],
  ];
  if ((await state.update(keyOf(link), { set }, free)) !== undefined) return { kind: 'claimed' };
  const use = await useOf(state, link);
  return use === undefined ? { kind: 'busy' } : { kind: 'used', use };
}

/**
 * Counts a silence by link; false where an episode has had its share: whoever has one link gets others from the
 * alert's page, and each would add a silence.
 */
export async function countSilence(state: Table, link: Link): Promise<boolean> {
  const { pk } = keyOf(link);
  const key = { pk, sk: `silences#${link.startsAt}` };
  const room = [
    [{ attribute: 'count', is: 'absent' as const }],
    [{ attribute: 'count', is: '<' as const, value: SILENCES_MAX }],
  ];
  const change = { set: { ttl: expiryOf(link) + COUNT_KEPT_S }, add: { count: 1 } };
  return (await state.update(key, change, room)) !== undefined;
}

/** The act was not done, and may be tried again at once. `now`: ms. */
export async function releaseUse(state: Table, link: Link, now: number): Promise<void> {
  await state.update(keyOf(link), { set: { leaseUntil: now } });
}

/** The act is done: the link does nothing any more. */
export async function finishUse(state: Table, link: Link): Promise<void> {
  await state.update(keyOf(link), { set: { done: true } });
}

function keyOf({ purpose, ruleId, fingerprint, startsAt, nonce }: Link): Key {
  return { pk: `${LINK_PREFIX}${ruleId}#${fingerprint}`, sk: `${purpose}#${startsAt}#${nonce}` };
}

/** As long as the link could be tried, and a day for clocks. */
function expiryOf({ expiresAt }: Link): number {
  return Math.ceil(expiresAt / 1000) + 86_400;
}
