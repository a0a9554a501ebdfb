/**
 * Groups in the state table: a `head` with the timer, and an item per member (an alert's episode), since one growing
 * item would end at 400 KB. A flush is claimed by its sequence and a lease; what it decided is a plan (see
 * `deliveries/ledger.ts`), so that whoever repeats it does the same.
 */
import type { NotifiedAlert } from '../alerts/notification.ts';
import { dueAt } from '../due.ts';
import type { Item, Key, Table, Value } from '../ports.ts';
import type { Member } from './flush.ts';
import type { TakenRoute } from './tree.ts';

export const GROUP_PREFIX = 'group#';
const HEAD = 'head';
const MEMBER_PREFIX = 'member#';

/** Longer than the function that flushes may run, ms. */
export const FLUSH_LEASE_MS = 60_000;
/** Longer than SQS keeps a message, ms. */
const TOMBSTONE_KEPT_MS = 7 * 86_400_000;
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
  /** When the group last notified, ms. */
  lastSentAt: number | null;
  /** Grows whenever an alert arrives, so that an empty group is not removed under it. */
  arrivals: number;
  leaseUntil: number;
  /** What the flush under way decided to send; whoever takes it over sends the same. */
  planIds?: string[];
}

export interface StoredMember extends Member {
  key: Key;
}

function headKey(groupId: string): Key {
  return { pk: `${GROUP_PREFIX}${groupId}`, sk: HEAD };
}

export async function loadHead(state: Table, groupId: string): Promise<GroupHead | undefined> {
  const item = await state.get(headKey(groupId));
  return item === undefined ? undefined : (item as unknown as GroupHead);
}

export async function loadMembers(state: Table, groupId: string): Promise<StoredMember[]> {
  const items = await state.query({ pk: `${GROUP_PREFIX}${groupId}`, from: MEMBER_PREFIX, to: 'member$' });
  return items.map(({ pk, sk, ...member }) => ({
    ...({ told: 'nothing', ...member } as unknown as Member),
    key: { pk, sk },
  }));
}

/**
 * Enters an alert's latest transition, unless the group knows a newer one; false where it told the end already, and
 * the alert has left it. The tombstone is looked at last: whoever ends a member writes it first.
 */
export async function upsertMember(
  state: Table,
  groupId: string,
  transition: { seq: number; generation: string; alert: NotifiedAlert },
): Promise<boolean> {
  const { seq, generation, alert } = transition;
  const key = memberKey(groupId, alert);
  const set = { seq, generation, alert: alert as unknown as Value };
  const newer = [
    [{ attribute: 'seq', is: 'absent' as const }],
    [{ attribute: 'seq', is: '<' as const, value: seq }],
  ];
  await state.update(key, { set }, newer);
  return !(await removeIfOver(state, key, seq));
}

/**
 * The members that a flush may speak of. A message that is repeated after its end was told enters a member again, and
 * whoever did so may have failed before looking at the tombstone.
 */
export async function withoutOver(state: Table, members: readonly StoredMember[]): Promise<StoredMember[]> {
  const over = await Promise.all(
    members.map(({ key, seq, told }) => told === 'nothing' && removeIfOver(state, key, seq)),
  );
  return members.filter((_, index) => !over[index]);
}

/** Whether a member's end was told already; it then leaves the group again. */
async function removeIfOver(state: Table, key: Key, seq: number): Promise<boolean> {
  const tombstone = await state.get({ pk: key.pk, sk: tombstoneOf(key.sk) });
  if (tombstone === undefined || Number(tombstone.seq) < seq) return false;
  await state.delete(key, [[{ attribute: 'seq', is: '=', value: seq }]]);
  return true;
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
  const set = { ...first, route: route as unknown as Value, groupLabels };
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
  sequence: number,
  planIds: string[],
): Promise<void> {
  const same = [[{ attribute: 'sequence', is: '=' as const, value: sequence }]];
  await state.update(headKey(groupId), { set: { planIds } }, same);
}

/** Ends a flush and sets the next; the timer of `sequence + 1` is then the caller's to send. */
export async function finishFlush(
  state: Table,
  groupId: string,
  sequence: number,
  nextFlushAt: number,
  lastSentAt: number | null,
): Promise<void> {
  const key = headKey(groupId);
  const set = {
    sequence: sequence + 1,
    nextFlushAt,
    lastSentAt,
    leaseUntil: 0,
    ...dueAt(key, nextFlushAt + TIMER_GRACE_MS),
  };
  await state.update(key, { set, remove: ['planIds'] }, [
    [{ attribute: 'sequence', is: '=', value: sequence }],
  ]);
}

/** Removes a group that holds nothing any more; false where an alert arrived meanwhile. */
export async function removeGroup(state: Table, groupId: string, head: GroupHead): Promise<boolean> {
  return await state.delete(headKey(groupId), [
    [
      { attribute: 'sequence', is: '=', value: head.sequence },
      { attribute: 'arrivals', is: '=', value: head.arrivals },
    ],
  ]);
}

/** The timer's safety net moves: the evaluator looks again at `at` (ms). */
export async function moveTimer(state: Table, groupId: string, sequence: number, at: number): Promise<void> {
  const key = headKey(groupId);
  await state.update(key, { set: dueAt(key, at) }, [[{ attribute: 'sequence', is: '=', value: sequence }]]);
}

/** A member as a plan tells it. */
export interface ToldMember {
  key: Key;
  seq: number;
  status: 'firing' | 'resolved';
}

/**
 * Notes what the receiver was told. An ended episode leaves the group; a tombstone stays behind for as long as queues
 * may repeat its messages.
 */
export async function markTold(state: Table, { key, seq, status }: ToldMember, now: number): Promise<void> {
  if (status === 'firing') {
    await state.update(key, { set: { told: 'firing' } }, [[{ attribute: 'pk', is: 'present' }]]);
    return;
  }
  await state.put({
    pk: key.pk,
    sk: tombstoneOf(key.sk),
    seq,
    ttl: Math.ceil((now + TOMBSTONE_KEPT_MS) / 1000),
  });
  await state.delete(key, [[{ attribute: 'seq', is: '<=', value: seq }]]);
}

function memberKey(groupId: string, { fingerprint, startsAt }: NotifiedAlert): Key {
  const sk = `${MEMBER_PREFIX}${fingerprint}#${String(startsAt).padStart(15, '0')}`;
  return { pk: `${GROUP_PREFIX}${groupId}`, sk };
}

function tombstoneOf(memberKey: string): string {
  return `done#${memberKey.slice(MEMBER_PREFIX.length)}`;
}

function headOf(item: Item): GroupHead {
  return item as unknown as GroupHead;
}
