/**
 * What only time can tell: alerts whose windows have drained, and whatever was claimed and not confirmed. All of it
 * is found through the due index; nothing is scanned, and every item is read again before anything is done to it.
 */
import { ALERT_PREFIX } from '../../shared/alerts/store.ts';
import { forEachConcurrently } from '../../shared/concurrency.ts';
import { WATCH_PREFIX } from '../../shared/conditions/watch.ts';
import {
  deliveryOfKey,
  deliveryQueueGroup,
  ENQUEUED_GRACE_MS,
  loadPlan,
  moveDeliveryTimer,
  NOTIFICATION_PREFIX,
} from '../../shared/deliveries/ledger.ts';
import { dueKeys } from '../../shared/due.ts';
import type { Key } from '../../shared/ports.ts';
import { GROUP_PREFIX, type GroupHead, moveTimer, TIMER_GRACE_MS } from '../../shared/routing/groups.ts';
import type { Current } from '../../shared/snapshot/current.ts';
import { CHANGES_PARTITION, finishChange } from '../../shared/snapshot/publish.ts';
import { evaluateAlert, evaluateChangedAlert } from './alerts.ts';
import type { EvaluateDeps } from './deps.ts';
import { beginWatches, evaluateWatch } from './watches.ts';

const AT_A_TIME = 16;

/** @throws what the ports throw, after everything else that is due was tried. */
export async function evaluate(deps: EvaluateDeps, current: Current): Promise<void> {
  const keys = await dueKeys(deps.state, deps.clock());
  const isWatch = ({ pk }: Key) => pk.startsWith(WATCH_PREFIX);
  const failures: unknown[] = [];
  // Windows come first: what is found out about them may keep an alert from resolving.
  for (const some of [keys.filter(isWatch), keys.filter((key) => !isWatch(key))]) {
    await forEachConcurrently(some, AT_A_TIME, (key) => evaluateKey(deps, current, key)).catch(
      (error: unknown) => void failures.push(error),
    );
  }
  if (failures.length > 0) throw failures[0];
}

async function evaluateKey(deps: EvaluateDeps, current: Current, key: Key): Promise<void> {
  if (key.pk.startsWith(WATCH_PREFIX)) await evaluateWatch(deps, current, key);
  else if (key.pk.startsWith(ALERT_PREFIX)) await evaluateAlert(deps, current, key);
  else if (key.pk.startsWith(GROUP_PREFIX)) await ringGroup(deps, key);
  else if (key.pk.startsWith(NOTIFICATION_PREFIX)) await enqueueDelivery(deps, key);
  // Only with a configuration that has the change.
  else if (key.pk === CHANGES_PARTITION && Number(key.sk) <= current.version) {
    await lookAtChangedRules(deps, current, key);
  }
}

/**
 * Rules changed: their alerts are looked at now; what is firing stands in the due index, whenever it is due. Once more
 * later: a matcher that had not heard of the change yet may have claimed another.
 */
async function lookAtChangedRules(deps: EvaluateDeps, current: Current, key: Key): Promise<void> {
  const change = await deps.state.get(key);
  if (!Array.isArray(change?.rules)) return;
  const { rules } = change;
  await beginWatches(
    deps,
    current.configuration.rules.filter(({ id }) => rules.includes(id)),
  );
  const prefixes = rules.map((ruleId) => `${ALERT_PREFIX}${ruleId}#`);
  const active = await dueKeys(deps.state, Number.MAX_SAFE_INTEGER);
  const affected = active.filter(({ pk }) => prefixes.some((prefix) => pk.startsWith(prefix)));
  await forEachConcurrently(affected, AT_A_TIME, (alertKey) => evaluateChangedAlert(deps, current, alertKey));
  await finishChange(deps.state, key, Number(change.settledAt), deps.clock());
}

/** A group's timer is overdue: its message was lost, or never sent. */
async function ringGroup(deps: EvaluateDeps, key: Key): Promise<void> {
  const head = (await deps.state.get(key)) as unknown as (GroupHead & { dueAt?: number }) | undefined;
  if (head?.dueAt === undefined || head.dueAt > deps.clock()) return;
  const groupId = key.pk.slice(GROUP_PREFIX.length);
  const { sequence, nextFlushAt: at } = head;
  deps.happened({ type: 'recovered', what: `the timer of group ${groupId}` });
  await deps.alerts.send([
    { body: { version: 1, type: 'flush', groupId, sequence, at }, notBefore: at, group: groupId },
  ]);
  await moveTimer(deps.state, groupId, sequence, Math.max(at, deps.clock()) + TIMER_GRACE_MS);
}

/** A delivery that nobody carries any more. */
async function enqueueDelivery(deps: EvaluateDeps, key: Key): Promise<void> {
  const item = await deps.state.get(key);
  if (typeof item?.dueAt !== 'number' || item.dueAt > deps.clock() || item.status !== 'pending') return;
  const { notificationId, delivery } = deliveryOfKey(key);
  const notBefore = Number(item.notBefore);
  deps.happened({ type: 'recovered', what: `delivery ${delivery} of notification ${notificationId}` });
  const body = { version: 1, type: 'delivery', notificationId, delivery, notBefore } as const;
  const plan = await loadPlan(deps.state, notificationId);
  const group = plan === undefined ? {} : { group: deliveryQueueGroup(plan.notification.receiver, delivery) };
  await deps.deliveries.send([{ body, notBefore, ...group }]);
  await moveDeliveryTimer(deps.state, key, Math.max(notBefore, deps.clock()) + ENQUEUED_GRACE_MS);
}
