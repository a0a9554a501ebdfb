/**
 * The ledger of what is to be told and what became of it. A notification has one `plan` (what is said, written once,
 * before anything is sent) and one item per delivery, each through one channel. Deliveries that are not finished
 * stand in the due index; the evaluator enqueues again what nobody carries.
 */
import { digest } from '../alerts/identity.ts';
import type { DeliveryMessage } from '../alerts/messages.ts';
import type { Notification } from '../alerts/notification.ts';
import type { ChannelKind } from '../config/model.ts';
import { DUE_ATTRIBUTES, dueAt } from '../due.ts';
import type { Condition, Item, Key, Table } from '../ports.ts';
import type { ToldMember } from '../routing/members.ts';
import { storedFields } from '../stored.ts';

export const NOTIFICATION_PREFIX = 'notification#';
const PLAN = 'plan';
const DELIVERY_PREFIX = 'delivery#';

/** Longer than any send may take, and than the notifier may run, ms. */
export const SEND_LEASE_MS = 90_000;
/** How long (ms) after its time an enqueued delivery counts as lost. */
export const ENQUEUED_GRACE_MS = 120_000;
/** How long (ms) a delivery is tried before it counts as failed. */
export const RETRY_HORIZON_MS = 6 * 3_600_000;
/** So many attempts of a delivery are shown, the newest ones; `attempts` counts them all. */
const LOG_LENGTH_MAX = 20;
const LEDGER_KEPT_MS = 30 * 86_400_000;
/** A plan holds example lines, which expire after this (contract §1.3, "Redaction"). */
const PLAN_KEPT_MS = 7 * 86_400_000;

/** One delivery of a plan: which channel of the receiver hears of which alerts. */
export interface PlannedDelivery {
  /** `feishu#0`: the channel's kind and position in the receiver. */
  id: string;
  kind: ChannelKind;
  position: number;
  status: 'firing' | 'resolved';
  /** Indexes into the notification's alerts. */
  alerts: number[];
}

export interface Plan {
  notification: Notification;
  /** Which members of the group it tells, in which version. */
  members: ToldMember[];
  deliveries: PlannedDelivery[];
  /** Receivers that were to be told before this one, which stands in for the last of them. */
  tried?: string[];
  /** A test message: one attempt, and nobody else is told of its failure. */
  trial?: true;
  /** Why it is told by a digest instead; absent: it is not. */
  folded?: string;
  /** Where the plan is a digest: what it tells, to be let go once it is under way. */
  folds?: Key[];
}

export interface Delivery {
  status: 'pending' | 'delivered' | 'failed';
  attempts: number;
  /** Processing time of the plan, ms; the retry horizon starts here. */
  createdAt: number;
  /** Not tried before this time, ms. */
  notBefore: number;
  leaseUntil: number;
  reason: string | null;
  /** Why it failed for good: decided, and perhaps not carried out yet. */
  verdict?: string;
  /** The newest attempts, oldest first. */
  log?: Attempt[];
  /** How often it was taken up again after it had failed; absent: never. */
  generation?: number;
}

/** What became of one attempt. */
export type Attempt = {
  /** Processing time, ms. */
  at: number;
  outcome: 'delivered' | 'retry' | 'failed';
  /** Why it was not delivered; where it was, what the provider answered or how it was sent. */
  reason: string | null;
  generation: number;
};

/** Stores a plan unless there is one; answers the one that counts. */
export async function settlePlan(state: Table, plan: Plan, now: number): Promise<Plan> {
  const key = planKey(plan.notification.id);
  const item = { ...key, ...storedFields(plan), ttl: expiry(now, PLAN_KEPT_MS) };
  if (await state.put(item, [[{ attribute: 'pk', is: 'absent' }]])) return plan;
  const stored = await state.get(key);
  return stored === undefined ? plan : (stored as unknown as Plan);
}

/** A plan; undefined where the ledger does not know it, or no longer. */
export async function loadPlan(state: Table, notificationId: string): Promise<Plan | undefined> {
  return (await state.get(planKey(notificationId))) as unknown as Plan | undefined;
}

/** Writes a delivery down before it is enqueued; one that exists is left as it is. */
export async function createDelivery(
  state: Table,
  notificationId: string,
  delivery: string,
  now: number,
): Promise<void> {
  const key = deliveryKey(notificationId, delivery);
  const fresh = {
    status: 'pending',
    attempts: 0,
    createdAt: now,
    notBefore: now,
    leaseUntil: 0,
    reason: null,
  } satisfies Delivery;
  const item: Item = { ...key, ...fresh, ...dueAt(key, now + ENQUEUED_GRACE_MS) };
  await state.put(item, [[{ attribute: 'pk', is: 'absent' }]]);
}

/** The plan and one of its deliveries. */
export async function loadDelivery(
  state: Table,
  notificationId: string,
  delivery: string,
): Promise<{ plan: Plan; delivery: Delivery } | undefined> {
  const [plan, item] = await Promise.all([
    state.get(planKey(notificationId)),
    state.get(deliveryKey(notificationId, delivery)),
  ]);
  if (plan === undefined || item === undefined) return undefined;
  return { plan: plan as unknown as Plan, delivery: item as unknown as Delivery };
}

/** Takes a pending delivery for one attempt; undefined where it is finished or somebody else is at it. */
export async function claimDelivery(
  state: Table,
  notificationId: string,
  delivery: string,
  now: number,
): Promise<Delivery | undefined> {
  const key = deliveryKey(notificationId, delivery);
  const leaseUntil = now + SEND_LEASE_MS;
  const change = { set: { leaseUntil, ...dueAt(key, leaseUntil + ENQUEUED_GRACE_MS) }, add: { attempts: 1 } };
  return (await state.update(key, change, free(now))) as unknown as Delivery | undefined;
}

/** The delivery's log with one more attempt. */
export function withAttempt({ log = [] }: Delivery, attempt: Attempt): Attempt[] {
  return [...log, attempt].slice(-LOG_LENGTH_MAX);
}

/** The delivery is over; `log` as it then stands. */
export async function finishDelivery(
  state: Table,
  notificationId: string,
  delivery: string,
  { status, reason }: { status: 'delivered' | 'failed'; reason: string | null },
  log: Attempt[],
  now: number,
): Promise<void> {
  const ttl = expiry(now, LEDGER_KEPT_MS);
  const set = { status, reason, log, leaseUntil: 0, finishedAt: now, ttl };
  await state.update(deliveryKey(notificationId, delivery), { set, remove: [...DUE_ATTRIBUTES, 'verdict'] });
}

/** It failed for good. What follows from that may be interrupted, and is then taken up again without another attempt. */
export async function decideFailure(
  state: Table,
  notificationId: string,
  delivery: string,
  verdict: string,
  log: Attempt[],
): Promise<void> {
  await state.update(deliveryKey(notificationId, delivery), { set: { verdict, log } });
}

/** The delivery can never be made: its plan is gone. One that is over, or that there never was, stays so. */
export async function abandonDelivery(
  state: Table,
  notificationId: string,
  delivery: string,
  reason: string,
  now: number,
): Promise<void> {
  const set = { status: 'failed', reason, leaseUntil: 0, finishedAt: now, ttl: expiry(now, LEDGER_KEPT_MS) };
  await state.update(deliveryKey(notificationId, delivery), { set, remove: DUE_ATTRIBUTES }, [
    [{ attribute: 'status', is: '=', value: 'pending' }],
  ]);
}

/** The fair-queue group of a delivery. A receiver may bear any name; SQS takes 128 printable ASCII characters. */
export function deliveryQueueGroup(receiver: string, delivery: string): string {
  return digest([receiver, delivery]);
}

/** The delivery waits for its next attempt at `notBefore` (ms). */
export async function postponeDelivery(
  state: Table,
  notificationId: string,
  delivery: string,
  notBefore: number,
  { reason, log }: { reason: string; log: Attempt[] },
): Promise<void> {
  const key = deliveryKey(notificationId, delivery);
  const set = {
    reason,
    notBefore,
    leaseUntil: 0,
    log,
    ...dueAt(key, notBefore + ENQUEUED_GRACE_MS),
  };
  await state.update(key, { set }, PENDING);
}

/** The delivery that was claimed waits for its turn until `notBefore` (ms): that was no attempt. */
export async function yieldDelivery(
  state: Table,
  notificationId: string,
  delivery: string,
  notBefore: number,
  reason: string,
): Promise<void> {
  const key = deliveryKey(notificationId, delivery);
  const set = { reason, notBefore, leaseUntil: 0, ...dueAt(key, notBefore + ENQUEUED_GRACE_MS) };
  await state.update(key, { set, add: { attempts: -1 } }, PENDING);
}

/** The delivery waits for its endpoint until `notBefore` (ms), without an attempt; nothing where somebody is at it. */
export async function restDelivery(
  state: Table,
  notificationId: string,
  delivery: string,
  notBefore: number,
  reason: string,
  now: number,
): Promise<void> {
  const key = deliveryKey(notificationId, delivery);
  const set = { reason, notBefore, ...dueAt(key, notBefore + ENQUEUED_GRACE_MS) };
  await state.update(key, { set }, free(now));
}

/**
 * Takes a delivery that failed up again, for a new generation with a retry horizon of its own; answers its message, or
 * undefined where there is nothing that failed.
 */
export async function reopenDelivery(
  state: Table,
  notificationId: string,
  delivery: string,
  now: number,
): Promise<DeliveryMessage | undefined> {
  const key = deliveryKey(notificationId, delivery);
  if ((await state.get(planKey(notificationId))) === undefined) return undefined;
  const fresh = { status: 'pending', createdAt: now, notBefore: now, leaseUntil: 0 };
  const change = {
    set: { ...fresh, ...dueAt(key, now + ENQUEUED_GRACE_MS) },
    add: { generation: 1 },
    remove: ['ttl', 'finishedAt', 'verdict'],
  };
  const failed = [[{ attribute: 'status', is: '=' as const, value: 'failed' }]];
  if ((await state.update(key, change, failed)) === undefined) return undefined;
  return { version: 1, type: 'delivery', notificationId, delivery, notBefore: now };
}

/** Enqueued once more by the evaluator: look again at `at` (ms), should that be lost too. */
export async function moveDeliveryTimer(state: Table, key: Key, at: number): Promise<void> {
  await state.update(key, { set: dueAt(key, at) }, PENDING);
}

/** Nobody is at it. */
function free(now: number): Condition {
  return [
    [
      { attribute: 'status', is: '=', value: 'pending' },
      { attribute: 'leaseUntil', is: '<=', value: now },
    ],
  ];
}

const PENDING: Condition = [[{ attribute: 'status', is: '=', value: 'pending' }]];

/** The notification as one channel hears it. */
export function notificationFor({ notification }: Plan, { status, alerts }: PlannedDelivery): Notification {
  const wanted = alerts.flatMap((index) => notification.alerts[index] ?? []);
  return { ...notification, status, alerts: wanted };
}

/** Reads the ids back from a ledger key. */
export function deliveryOfKey({ pk, sk }: Key): { notificationId: string; delivery: string } {
  return { notificationId: pk.slice(NOTIFICATION_PREFIX.length), delivery: sk.slice(DELIVERY_PREFIX.length) };
}

function planKey(notificationId: string): Key {
  return { pk: `${NOTIFICATION_PREFIX}${notificationId}`, sk: PLAN };
}

function deliveryKey(notificationId: string, delivery: string): Key {
  return { pk: `${NOTIFICATION_PREFIX}${notificationId}`, sk: `${DELIVERY_PREFIX}${delivery}` };
}

function expiry(now: number, keptMs: number): number {
  return Math.ceil((now + keptMs) / 1000);
}
