/**
 * The members of a group: an item per alert's episode, since one growing item would end at 400 KB. Whoever ends a
 * member leaves a tombstone behind for as long as queues may repeat its messages; it also keeps what was decided.
 */
import type { NotifiedAlert } from '../alerts/notification.ts';
import type { Severity } from '../config/model.ts';
import type { Item, Key, Table } from '../ports.ts';
import { stored } from '../stored.ts';
import { type Decision, withDecision } from './decisions.ts';
import type { Member } from './flush.ts';
import { GROUP_PREFIX } from './groups.ts';
import type { Quiet } from './quiet.ts';

export interface StoredMember extends Member {
  key: Key;
}

/** A member as a plan tells it. */
export interface ToldMember {
  key: Key;
  seq: number;
  status: 'firing' | 'resolved';
  severity?: Severity;
  /** With which it was told to fire by now, this time included. */
  severities?: Severity[];
  /** When it was told to fire for the first time, ms. */
  firstToldAt?: number;
  /** It was only a reminder: the member is quiet still. */
  staysQuiet?: boolean;
  log?: Decision[];
}

const MEMBER_PREFIX = 'member#';
/** Longer than SQS keeps a message, ms. */
const TOMBSTONE_KEPT_MS = 7 * 86_400_000;

/** Every alert in a group, those that are only kept quiet included. */
export async function loadMembers(state: Table, groupId: string): Promise<StoredMember[]> {
  const items = await state.query({ pk: `${GROUP_PREFIX}${groupId}`, from: MEMBER_PREFIX, to: 'member$' });
  return items.map(memberOf);
}

/** A transition of an alert as it enters a group. */
export interface Entering {
  seq: number;
  generation: string;
  alert: NotifiedAlert;
}

/**
 * Enters an alert's latest transition, unless the group knows a newer one; false where it told the end already, and
 * the alert has left it. `moved`: whether it is told elsewhere from now on; absent: as before. The tombstone is looked
 * at last: whoever ends a member writes it first.
 */
export async function upsertMember(
  state: Table,
  groupId: string,
  { seq, generation, alert }: Entering,
  changes: Pick<Member, 'moved' | 'severityBefore'> = {},
): Promise<boolean> {
  const key = memberKey(groupId, alert);
  const set = { seq, generation, alert: stored(alert), ...changes };
  const newer = [
    [{ attribute: 'seq', is: 'absent' as const }],
    [{ attribute: 'seq', is: '<' as const, value: seq }],
  ];
  await state.update(key, { set }, newer);
  return !(await removeIfOver(state, key, seq));
}

/** An alert's member in a group; undefined where there is none. */
export async function loadMember(
  state: Table,
  groupId: string,
  alert: Pick<NotifiedAlert, 'fingerprint' | 'startsAt'>,
): Promise<StoredMember | undefined> {
  const item = await state.get(memberKey(groupId, alert));
  return item === undefined ? undefined : memberOf(item);
}

/** What was decided about an alert that has left a group; undefined where it never was in it. */
export async function loadEnded(
  state: Table,
  groupId: string,
  alert: Pick<NotifiedAlert, 'fingerprint' | 'startsAt'>,
): Promise<Decision[] | undefined> {
  const { pk, sk } = memberKey(groupId, alert);
  const item = await state.get({ pk, sk: tombstoneOf(sk) });
  return item === undefined ? undefined : ((item.log ?? []) as unknown as Decision[]);
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

/**
 * Whether a member's end was told already; it then leaves the group again. A later transition is no news either, unless
 * the member was told to fire: of two functions that found the same breach, one while it held and one when it was over,
 * each may have written it down.
 */
async function removeIfOver(state: Table, key: Key, seq: number): Promise<boolean> {
  const tombstone = await state.get({ pk: key.pk, sk: tombstoneOf(key.sk) });
  if (tombstone === undefined) return false;
  const unchanged = { attribute: 'seq', is: '=' as const, value: seq };
  if (Number(tombstone.seq) < seq) {
    return await state.delete(key, [[unchanged, { attribute: 'told', is: 'absent' }]]);
  }
  await state.delete(key, [[unchanged]]);
  return true;
}

/** Removes a member that entered a group which never began. */
export async function removeStray(
  state: Table,
  groupId: string,
  { alert, seq }: { alert: NotifiedAlert; seq: number },
): Promise<void> {
  await state.delete(memberKey(groupId, alert), [[{ attribute: 'seq', is: '=', value: seq }]]);
}

/** Notes what the receiver was told. An ended episode leaves the group. `now`: ms. */
export async function markTold(state: Table, told: ToldMember, now: number): Promise<void> {
  const { key, seq, status, severity, severities, firstToldAt, staysQuiet, log = [] } = told;
  if (status === 'resolved') return await endMember(state, { key, seq, log }, now);
  const set = {
    told: 'firing',
    log: stored(log),
    ...(severity === undefined ? {} : { toldSeverity: severity }),
    ...(severities === undefined ? {} : { toldSeverities: severities }),
    ...(firstToldAt === undefined ? {} : { firstToldAt }),
  };
  const remove = staysQuiet === true ? ['severityBefore'] : ['quiet', 'severityBefore'];
  await state.update(key, { set, remove }, [[{ attribute: 'pk', is: 'present' }]]);
}

/** Notes why a member is quiet, once for as long as that is so. `now`: ms. */
export async function markQuiet(
  state: Table,
  { key, log }: StoredMember,
  quiet: Quiet,
  now: number,
): Promise<void> {
  const decisions = stored(withDecision(log, now, quiet.reason));
  await state.update(key, { set: { quiet: stored(quiet), log: decisions } }, [
    [{ attribute: 'pk', is: 'present' }],
  ]);
}

/** Notes how far a member's escalation is, beside what the group has told meanwhile. `now`: ms. */
export async function markEscalation(
  state: Table,
  { key, escalated, heldBack }: StoredMember,
  reason: string,
  now: number,
): Promise<void> {
  const item = await state.get(key);
  if (item === undefined) return;
  const set = {
    log: stored(withDecision(memberOf(item).log, now, reason)),
    ...(escalated === undefined ? {} : { escalated }),
    ...(heldBack === undefined ? {} : { heldBack: stored(heldBack) }),
  };
  await state.update(key, { set }, [[{ attribute: 'pk', is: 'present' }]]);
}

/** A member leaves the group for good. `now`: ms. */
export async function endMember(
  state: Table,
  { key, seq, log = [] }: Pick<StoredMember, 'key' | 'seq' | 'log'>,
  now: number,
): Promise<void> {
  await state.put({
    pk: key.pk,
    sk: tombstoneOf(key.sk),
    seq,
    log: stored(log),
    ttl: Math.ceil((now + TOMBSTONE_KEPT_MS) / 1000),
  });
  await state.delete(key, [[{ attribute: 'seq', is: '<=', value: seq }]]);
}

function memberOf({ pk, sk, ...member }: Item): StoredMember {
  return { ...({ told: 'nothing', ...member } as unknown as Member), key: { pk, sk } };
}

function memberKey(
  groupId: string,
  { fingerprint, startsAt }: Pick<NotifiedAlert, 'fingerprint' | 'startsAt'>,
): Key {
  const sk = `${MEMBER_PREFIX}${fingerprint}#${String(startsAt).padStart(15, '0')}`;
  return { pk: `${GROUP_PREFIX}${groupId}`, sk };
}

function tombstoneOf(memberKey: string): string {
  return `done#${memberKey.slice(MEMBER_PREFIX.length)}`;
}
