/**
 * What only time can tell: alerts whose windows have drained, and whatever was claimed and not confirmed. All of it
 * is found through the due index; nothing is scanned, and every item is read again before anything is done to it.
 */
import { resolved } from '../../shared/alerts/breach.ts';
import { type Episode, resolvableAt } from '../../shared/alerts/episode.ts';
import { carriedOn } from '../../shared/alerts/held.ts';
import { generationOf, versionOf } from '../../shared/alerts/identity.ts';
import { forgetOpenEnds } from '../../shared/alerts/open-ends.ts';
import {
  ALERT_PREFIX,
  episodeOf,
  extendClaim,
  tellDispatcher,
  writeEpisode,
} from '../../shared/alerts/store.ts';
import { forEachConcurrently } from '../../shared/concurrency.ts';
import { onlyCount } from '../../shared/conditions/count.ts';
import { OPEN_END } from '../../shared/conditions/runs.ts';
import { lookAgainAt, WATCH_PREFIX } from '../../shared/conditions/watch.ts';
import type { Rule } from '../../shared/config/model.ts';
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
import { isOvertaken } from '../../shared/revision.ts';
import { GROUP_PREFIX, type GroupHead, moveTimer, TIMER_GRACE_MS } from '../../shared/routing/groups.ts';
import type { Current } from '../../shared/snapshot/current.ts';
import { CHANGES_PARTITION, finishChange } from '../../shared/snapshot/publish.ts';
import { knowsLess } from './behind.ts';
import type { EvaluateDeps } from './deps.ts';
import { asksForAbsence, beginWatches, evaluateWatch } from './watches.ts';
import { lookAtWindows } from './windows.ts';

const AT_A_TIME = 16;
/** Longer than a round of the evaluator may take, ms. */
const CUT_SHORT_MS = 60_000;

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
  await forEachConcurrently(affected, AT_A_TIME, (alertKey) => evaluateAlert(deps, current, alertKey));
  await finishChange(deps.state, key, Number(change.settledAt), deps.clock());
}

async function evaluateAlert(deps: EvaluateDeps, current: Current, key: Key): Promise<void> {
  const item = await deps.state.get(key);
  if (item === undefined) return;
  const episode = episodeOf(item);
  if (episode.confirmedSeq < episode.seq) {
    // The index may lag behind: perhaps it was claimed just now, and is on its way.
    if (Number(item.dueAt) > deps.clock()) return;
    deps.happened({
      type: 'recovered',
      what: `the ${episode.alert.status} of alert ${episode.alert.fingerprint}`,
    });
    await tellDispatcher(deps, key, episode);
    return await extendClaim(deps.state, key, episode.seq, deps.clock());
  }
  if (episode.alert.status !== 'firing') return;
  const rule = current.configuration.rules.find(({ id }) => id === episode.alert.ruleId);
  if (knowsLess(current, rule, episode)) return;
  const own = rule?.enabled === true ? await keepOwnAlert(deps, key, rule, episode) : episode;
  if (own !== undefined) await resolveIfOver(deps, key, rule, own);
}

/** Lets an alert that an older revision of its rule goes on with carry that of now; undefined: it has changed. */
async function keepOwnAlert(
  deps: EvaluateDeps,
  key: Key,
  rule: Rule,
  episode: Episode,
): Promise<Episode | undefined> {
  const { generation, revision } = versionOf(rule);
  if (episode.revision >= revision || episode.generation !== generation) return episode;
  const kept = { ...episode, revision };
  return (await writeEpisode(deps, key, episode, kept)) ? kept : undefined;
}

async function resolveIfOver(
  deps: EvaluateDeps,
  key: Key,
  rule: Rule | undefined,
  before: Episode,
): Promise<void> {
  let episode = before;
  const isSame = rule !== undefined && episode.generation === generationOf(rule);
  if (rule?.enabled === true && onlyCount(rule) === null && (isSame || episode.heldUntil !== OPEN_END)) {
    if (resolvableAt(episode) > deps.clock()) return;
    if (asksForAbsence(rule) && (deps.logsEndAt?.() ?? Number.POSITIVE_INFINITY) < deps.clock()) return;
    const knownTo = await lookAtWindows(deps, rule, episode);
    const item = await deps.state.get(key);
    if (item === undefined) return;
    episode = episodeOf(item);
    if (isOvertaken(versionOf(rule), episode)) return;
    if (episode.alert.status !== 'firing' || resolvableAt(episode) >= knownTo) return;
  }
  const next = await judgeAgain(deps, rule, episode);
  if (next === undefined) return;
  if (episode.heldUntil === OPEN_END && next.alert.status === 'resolved') {
    // A rule that is in force again by then tells anew of what still lacks; else nobody waits any more.
    const { ruleId, fingerprint } = episode.alert;
    await lookAgainAt(deps.state, ruleId, fingerprint, deps.clock() + CUT_SHORT_MS);
  }
  if (!(await writeEpisode(deps, key, episode, next))) return;
  if (next.alert.status === 'resolved') {
    await forgetOpenEnds(deps.state, next.alert);
    deps.happened({ type: 'alert', status: 'resolved', alert: next.alert, withheld: next.withheld });
  }
  await tellDispatcher(deps, key, next);
}

/** The episode as it is now; undefined where its time has not come. */
async function judgeAgain(
  deps: EvaluateDeps,
  rule: Rule | undefined,
  episode: Episode,
): Promise<Episode | undefined> {
  const now = deps.clock();
  const end = Math.max(Math.min(now, episode.heldUntil), episode.alert.startsAt);
  if (rule === undefined) return resolved(episode, 'the rule was deleted', end);
  if (!rule.enabled) return resolved(episode, 'the rule was disabled', end);
  // What waited for an event of the rule as it was would wait forever.
  if (episode.heldUntil === OPEN_END && episode.generation !== generationOf(rule)) {
    return resolved(episode, 'the rule was edited', end);
  }
  if (resolvableAt(episode) > now) return undefined;
  // Windows of other conditions were looked at before.
  const held = onlyCount(rule) === null ? episode : await carriedOn(deps.state, rule, episode, now);
  const next = { ...held, ...versionOf(rule) };
  return resolvableAt(next) > now ? next : resolved(next, episode.endReason ?? null);
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
