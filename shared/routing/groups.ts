/**
 * Groups in the state table: a `head` with the timer, and an item per member (see `members.ts`). A flush is claimed by
 * its sequence and a lease; what it decided is a plan (see `deliveries/ledger.ts`), so that whoever repeats it does the
 * same.
 */
import { dueAt } from '../due.ts';
import type { Clause, Item, Key, Table } from '../ports.ts';
import { stored } from '../stored.ts';
import type { Decision } from './decisions.ts';
import type { TakenRoute } from './tree.ts';

export const GROUP_PREFIX = 'group#';
const HEAD = 'head';

/** Longer than the function that flushes may run, ms. */
export const FLUSH_LEASE_MS = 60_000;
/** How long (ms) after its time a timer counts as lost; the evaluator then rings instead. */
export const TIMER_GRACE_MS = 60_000;

export interface GroupHead {
  route: TakenRoute;
  groupLabels: Record<string, string>;
  /** When the group's first flush was due, processing time, ms; with the group it names the incident. */
  begunAt: number;
  /** The number of the flush that comes next. */
  sequence: number;
  /** When it is due, processing time, ms. */
  nextFlushAt: number;
  /** Where the timer rings earlier, for an escalation: when the group speaks for itself again, ms. */
  nextRoundAt?: number;
  /** When the group last notified, ms. */
  lastSentAt: number | null;
  /** Grows whenever an alert arrives, so that an empty group is not removed under it. */
  arrivals: number;
  leaseUntil: number;
  /** What the flush under way decided to send; whoever takes it over sends the same. */
  planIds?: string[];
  /** The last ones, for whoever asks why. */
  log?: Decision[];
  /** Where the flushes are digests: when the next may leave, by a token that is taken already, ms. */
  tokenAt?: number;
  /** The silences whose end was announced, the last ones. */
  reminded?: string[];
}

function headKey(groupId: string): Key {
  return { pk: `${GROUP_PREFIX}${groupId}`, sk: HEAD };
}

/** A group's head; undefined where there is no such group, or none any more. */
export async function loadHead(state: Table, groupId: string): Promise<GroupHead | undefined> {
  const item = await state.get(headKey(groupId));
  return item === undefined ? undefined : (item as unknown as GroupHead);
}

/** Begins a group whose first flush is at `firstFlushAt` (ms), or notes an arrival in the one there is. */
export async function enterGroup(
  state: Table,
  groupId: string,
  route: TakenRoute,
  groupLabels: Record<string, string>,
  firstFlushAt: number,
): Promise<GroupHead> {
  const key = headKey(groupId);
  const first = {
    sequence: 1,
    begunAt: firstFlushAt,
    nextFlushAt: firstFlushAt,
    lastSentAt: null,
    leaseUntil: 0,
    ...dueAt(key, firstFlushAt + TIMER_GRACE_MS),
  };
  const set = { ...first, route: stored(route), groupLabels };
  const begun = await state.update(key, { set, add: { arrivals: 1 } }, [[{ attribute: 'pk', is: 'absent' }]]);
  if (begun !== undefined) return headOf(begun);
  const known = await state.update(key, { add: { arrivals: 1 } }, [[{ attribute: 'pk', is: 'present' }]]);
  return known !== undefined
    ? headOf(known)
    : await enterGroup(state, groupId, route, groupLabels, firstFlushAt);
}

/** Takes the lease of a flush; undefined where it is done already or somebody else is at it. */
export async function claimFlush(
  state: Table,
  groupId: string,
  sequence: number,
  now: number,
): Promise<GroupHead | undefined> {
  const key = headKey(groupId);
  const leaseUntil = now + FLUSH_LEASE_MS;
  const free = [
    [
      { attribute: 'sequence', is: '=' as const, value: sequence },
      { attribute: 'leaseUntil', is: '<=' as const, value: now },
    ],
  ];
  const claimed = await state.update(key, { set: { leaseUntil, ...dueAt(key, leaseUntil) } }, free);
  return claimed === undefined ? undefined : headOf(claimed);
}

/** Writes down what a flush decided, before anything of it is done. */
export async function notePlans(
  state: Table,
  groupId: string,
  head: GroupHead,
  planIds: string[],
): Promise<void> {
  await state.update(headKey(groupId), { set: { planIds } }, [sameFlush(head)]);
}

/** The flush is still the next one, of this group and not of one that began anew under its name. */
function sameFlush({ sequence, begunAt }: GroupHead): Clause[] {
  return [
    { attribute: 'sequence', is: '=', value: sequence },
    { attribute: 'begunAt', is: '=', value: begunAt },
  ];
}

/** What a flush leaves behind. Times in ms. */
export type NextFlush = Pick<GroupHead, 'route' | 'nextFlushAt' | 'lastSentAt'> & {
  nextRoundAt: number;
  log: Decision[];
  tokenAt?: number;
  reminded?: string[];
};

/** Ends a flush and sets the next; the timer of `sequence + 1` is then the caller's to send. */
export async function finishFlush(
  state: Table,
  groupId: string,
  head: GroupHead,
  { route, ...next }: NextFlush,
): Promise<void> {
  const key = headKey(groupId);
  const set = {
    ...next,
    route: stored(route),
    log: stored(next.log),
    sequence: head.sequence + 1,
    leaseUntil: 0,
    ...dueAt(key, next.nextFlushAt + TIMER_GRACE_MS),
  };
  await state.update(key, { set, remove: ['planIds'] }, [sameFlush(head)]);
}

/** Removes a group that holds nothing any more; false where an alert arrived meanwhile. */
export async function removeGroup(state: Table, groupId: string, head: GroupHead): Promise<boolean> {
  return await state.delete(headKey(groupId), [
    [...sameFlush(head), { attribute: 'arrivals', is: '=', value: head.arrivals }],
  ]);
}

/** The timer's safety net moves: the evaluator looks again at `at` (ms). */
export async function moveTimer(state: Table, groupId: string, sequence: number, at: number): Promise<void> {
  const key = headKey(groupId);
  await state.update(key, { set: dueAt(key, at) }, [[{ attribute: 'sequence', is: '=', value: sequence }]]);
}

/** Brings the next flush forward to `at` (ms); false where it is due already or under way. */
export async function hurryFlush(
  state: Table,
  groupId: string,
  sequence: number,
  at: number,
): Promise<boolean> {
  const key = headKey(groupId);
  const set = { nextFlushAt: at, ...dueAt(key, at + TIMER_GRACE_MS) };
  const waiting = [
    [
      { attribute: 'sequence', is: '=' as const, value: sequence },
      { attribute: 'nextFlushAt', is: '>' as const, value: at },
      { attribute: 'leaseUntil', is: '<=' as const, value: at },
    ],
  ];
  return (await state.update(key, { set, remove: ['nextRoundAt'] }, waiting)) !== undefined;
}

function headOf(item: Item): GroupHead {
  return item as unknown as GroupHead;
}
