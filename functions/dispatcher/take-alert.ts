import type { AlertMessage, DispatcherMessage } from '../../shared/alerts/messages.ts';
import { confirmTaken, loadEpisode } from '../../shared/alerts/store.ts';
import type { Configuration } from '../../shared/config/model.ts';
import type { Happened } from '../../shared/happenings.ts';
import type { Clock, Queue, Table } from '../../shared/ports.ts';
import { enterGroup, loadHead, upsertMember } from '../../shared/routing/groups.ts';
import { expireGroups, groupsOf, noteGroups } from '../../shared/routing/reach.ts';
import { groupIdOf, groupLabelsFor, routesFor, type TakenRoute } from '../../shared/routing/tree.ts';

export interface TakeAlertDeps {
  state: Table;
  alerts: Queue<DispatcherMessage>;
  clock: Clock;
  happened: Happened;
}

/** A group that an alert belongs to by the tree as it is now. */
interface Target {
  groupId: string;
  groupLabels: Record<string, string>;
  route: TakenRoute;
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
  if (await enterGroups(deps, configuration, message)) {
    await confirmTaken(deps.state, message, deps.clock());
  }
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
  if (message.alert.status === 'resolved' && (await endEverywhere(deps, message))) return true;
  const targets = targetsOf(configuration, message);
  if (targets.length === 0) {
    const reason = `alert of rule ${message.alert.ruleId} goes nowhere: the configuration has no route; it is told once there is one`;
    deps.happened({ type: 'configuration', kind: 'route', id: 'root', path: 'route', reason });
    return false;
  }
  await noteGroups(
    deps.state,
    message.alert,
    targets.map(({ groupId }) => groupId),
  );
  for (const target of targets) await enter(deps, target, message);
  if (message.alert.status === 'resolved') await expireGroups(deps.state, message.alert, deps.clock());
  return true;
}

function targetsOf({ route: root }: Configuration, { alert, receiver }: AlertMessage): Target[] {
  return routesFor(root, alert.labels, receiver).map((route) => {
    const groupLabels = groupLabelsFor(route, alert.labels);
    return { route, groupLabels, groupId: groupIdOf(route, groupLabels) };
  });
}

/**
 * Enters an end into every group that the episode entered. False where that is not all there is to do: no group has
 * heard of the episode, or one was noted whose timer was never begun, because somebody failed in between.
 */
async function endEverywhere({ state, clock }: TakeAlertDeps, message: AlertMessage): Promise<boolean> {
  const groupIds = await groupsOf(state, message.alert);
  let alive = groupIds.size > 0;
  for (const groupId of groupIds) {
    const stands = await upsertMember(state, groupId, message);
    if (stands && (await loadHead(state, groupId)) === undefined) alive = false;
  }
  if (alive) await expireGroups(state, message.alert, clock());
  return alive;
}

async function enter(deps: TakeAlertDeps, { groupId, groupLabels, route }: Target, message: AlertMessage) {
  // Also where the transition is known: the first try may have ended between the two writes.
  await upsertMember(deps.state, groupId, message);
  const head = await enterGroup(deps.state, groupId, route, groupLabels, deps.clock() + route.groupWaitMs);
  if (head.arrivals > 1) return;
  const { sequence, nextFlushAt: at } = head;
  const body = { version: 1, type: 'flush', groupId, sequence, at } as const;
  await deps.alerts.send([{ body, notBefore: at, group: groupId }]);
}
