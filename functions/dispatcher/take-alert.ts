import type { AlertMessage, DispatcherMessage } from '../../shared/alerts/messages.ts';
import type { Configuration } from '../../shared/config/model.ts';
import type { Happened } from '../../shared/happenings.ts';
import type { Clock, Queue, Table } from '../../shared/ports.ts';
import { enterGroup, upsertMember } from '../../shared/routing/groups.ts';
import { groupIdOf, groupLabelsFor, routesFor, type TakenRoute } from '../../shared/routing/tree.ts';

export interface TakeAlertDeps {
  state: Table;
  alerts: Queue<DispatcherMessage>;
  clock: Clock;
  happened: Happened;
}

/** Enters a transition of an alert into the group of every route that takes it, and starts the group's timer. */
export async function takeAlert(
  deps: TakeAlertDeps,
  configuration: Configuration,
  message: AlertMessage,
): Promise<void> {
  const { alert, receiver } = message;
  const routes = routesFor(configuration.route, alert.labels, receiver);
  if (routes.length === 0) {
    const reason = `alert of rule ${alert.ruleId} goes nowhere: the configuration has no route`;
    deps.happened({ type: 'configuration', kind: 'route', id: 'root', path: 'route', reason });
    // Not lost: the queue delivers it again, and it goes out once there is a route.
    throw new Error(`The ${reason}.`);
  }
  for (const route of routes) await enter(deps, route, message);
}

async function enter(deps: TakeAlertDeps, route: TakenRoute, { seq, generation, alert }: AlertMessage) {
  const groupLabels = groupLabelsFor(route, alert.labels);
  const groupId = groupIdOf(route, groupLabels);
  // Also where the transition is known: the first try may have ended between the two writes.
  const known = !(await upsertMember(deps.state, groupId, { seq, generation, alert }));
  if (known && alert.status === 'resolved') return;
  const head = await enterGroup(deps.state, groupId, route, groupLabels, deps.clock() + route.groupWaitMs);
  if (head.arrivals > 1) return;
  const { sequence, nextFlushAt: at } = head;
  await deps.alerts.send([
    { body: { version: 1, type: 'flush', groupId, sequence, at }, notBefore: at, group: groupId },
  ]);
}
