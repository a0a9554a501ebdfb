import type { AlertMessage } from '../../shared/alerts/messages.ts';
import { ALIVE, isSignOfLife } from '../../shared/alerts/signs-of-life.ts';
import { confirmTaken, loadEpisode } from '../../shared/alerts/store.ts';
import type { Configuration, Severity } from '../../shared/config/model.ts';
import type { Happened } from '../../shared/happenings.ts';
import type { Table } from '../../shared/ports.ts';
import { loadHead } from '../../shared/routing/groups.ts';
import { noteSource } from '../../shared/routing/inhibitors.ts';
import { loadMember, removeStray, upsertMember } from '../../shared/routing/members.ts';
import { expireGroups, groupsOf, noteGroups } from '../../shared/routing/reach.ts';
import { routesFor } from '../../shared/routing/tree.ts';
import { type EnterDeps, enter, type Target, targetOf } from './enter-group.ts';
import { stepTargetsOf } from './escalate.ts';

export interface TakeAlertDeps extends EnterDeps {
  happened: Happened;
}

/**
 * Enters a transition of an alert into the group of every route that takes it, and starts the group's timer. An end
 * goes to the groups that know the beginning. Confirmed last, so that it comes again if anything of that fails, or
 * while there is no route.
 */
export async function takeAlert(
  deps: TakeAlertDeps,
  configuration: Configuration,
  message: AlertMessage,
): Promise<void> {
  if (await isOver(deps.state, message)) return;
  await noteSource(deps.state, configuration.inhibitRules, message);
  if (isWorthless(configuration, message) || (await enterGroups(deps, configuration, toldAtOnce(message)))) {
    await confirmTaken(deps.state, message, deps.clock());
  }
}

/** A sign of life that nobody can be told now: later it says nothing. The rule that names no receiver is reported. */
function isWorthless({ receivers }: Configuration, { alert, receiver }: AlertMessage): boolean {
  return isSignOfLife(alert.ruleId) && !receivers.some(({ name }) => name === receiver);
}

/** That tocsin is alive begins nothing that could end: it is told once, as what is over is. */
function toldAtOnce(message: AlertMessage): AlertMessage {
  const { alert } = message;
  if (alert.ruleId !== ALIVE || alert.status === 'resolved') return message;
  return { ...message, alert: { ...alert, status: 'resolved', endsAt: alert.startsAt } };
}

/**
 * A beginning whose end is known already: its message comes late, or again. The end tells all there is to tell, and
 * routes that changed meanwhile would never hear of it.
 */
async function isOver(state: Table, { key, seq, alert }: AlertMessage): Promise<boolean> {
  if (alert.status === 'resolved') return false;
  const latest = await loadEpisode(state, key);
  return latest !== undefined && latest.seq > seq;
}

/** False where the alert goes nowhere. */
async function enterGroups(
  deps: TakeAlertDeps,
  configuration: Configuration,
  message: AlertMessage,
): Promise<boolean> {
  const { alert, receiver } = message;
  const targets = routesFor(configuration.route, alert.labels, receiver).map((route) =>
    targetOf(route, alert),
  );
  if (alert.status === 'resolved' && (await endEverywhere(deps, message, targets))) return true;
  if (targets.length === 0) {
    const reason = `alert of rule ${alert.ruleId} goes nowhere: the configuration has no route; it is told once there is one`;
    deps.happened({ type: 'configuration', kind: 'route', id: 'root', path: 'route', reason });
    return false;
  }
  const known = await noteGroups(deps.state, alert, targets, deps.clock());
  const escalated = targets.flatMap(stepTargetsOf).filter(({ groupId }) => known.has(groupId));
  const staying = new Set([...targets, ...escalated].map(({ groupId }) => groupId));
  const left = new Set([...known].filter((groupId) => !staying.has(groupId)));
  const severityBefore = alert.status === 'firing' ? await severityIn(deps.state, left, message) : {};
  for (const target of targets) await enter(deps, target, message, { moved: false, ...severityBefore });
  for (const target of escalated) await enter(deps, target, message, { moved: false });
  if (alert.status === 'resolved') await expireGroups(deps.state, alert, deps.clock());
  else await moveFrom(deps.state, left, message);
  return true;
}

/** The alert's severity as groups know it that it leaves now. */
async function severityIn(
  state: Table,
  groupIds: ReadonlySet<string>,
  { seq, alert }: AlertMessage,
): Promise<{ severityBefore?: Severity }> {
  for (const groupId of groupIds) {
    const member = await loadMember(state, groupId, alert);
    if (member !== undefined && member.seq < seq && member.alert.severity !== alert.severity)
      return { severityBefore: member.alert.severity };
  }
  return {};
}

/** Routes took the alert elsewhere within its episode: the groups that knew it tell its end, and nothing else of it. */
async function moveFrom(state: Table, groupIds: ReadonlySet<string>, message: AlertMessage): Promise<void> {
  for (const groupId of groupIds) {
    const member = await loadMember(state, groupId, message.alert);
    if (member === undefined || member.seq >= message.seq) continue;
    await upsertMember(state, groupId, message, { moved: true });
  }
}

/**
 * Enters an end into every group that the episode entered. False where that is not all there is to do: no group has
 * heard of the episode, or one was noted whose timer was never begun, because somebody failed in between.
 */
async function endEverywhere(
  { state, clock }: TakeAlertDeps,
  message: AlertMessage,
  targets: readonly Target[],
): Promise<boolean> {
  const groupIds = await groupsOf(state, message.alert);
  let alive = groupIds.size > 0;
  for (const groupId of groupIds) {
    const stands = await upsertMember(state, groupId, message);
    if (!stands || (await loadHead(state, groupId)) !== undefined) continue;
    alive = false;
    // Such a group would never speak; those of the routes are begun again by whoever asked.
    if (!targets.some((target) => target.groupId === groupId)) await removeStray(state, groupId, message);
  }
  if (alive) await expireGroups(state, message.alert, clock());
  return alive;
}
