/** Who a group speaks to: its receiver may be renamed or taken away while the group has something to tell. */
import type { NotifiedAlert } from '../alerts/notification.ts';
import { isSignOfLife } from '../alerts/signs-of-life.ts';
import type { Configuration } from '../config/model.ts';
import { stepRoutesOf } from './escalation.ts';
import { routeOfId, routesFor, type TakenRoute } from './tree.ts';

/**
 * A group keeps to its route, as the route is now, and to its receiver while there is one of that name. Where there is
 * none, it speaks to whoever its alerts go to now, by the route of the same id first; where nobody is there either, the
 * route stays what it was.
 */
export function routeNow(
  { route: root, receivers, rules }: Pick<Configuration, 'route' | 'receivers' | 'rules'>,
  taken: TakenRoute,
  alerts: readonly NotifiedAlert[],
): TakenRoute {
  const same = routeOfId(root, taken);
  if (same !== undefined) return same;
  const exists = ({ receiver }: TakenRoute) => receivers.some(({ name }) => name === receiver);
  const [alert] = alerts;
  if (alert === undefined || exists(taken) || isSignOfLife(alert.ruleId)) return taken;
  const shortCut = rules.find(({ id }) => id === alert.ruleId)?.receiver ?? null;
  const heirs = routesFor(root, alert.labels, shortCut).flatMap((route) => [route, ...stepRoutesOf(route)]);
  const standing = heirs.filter(exists);
  return standing.find(({ id }) => id === taken.id) ?? standing[0] ?? taken;
}
