/** The route tree with Alertmanager's meaning (contract §1.5). */
import { digest, sortedEntries } from '../alerts/identity.ts';
import { HEARTBEAT, isSignOfLife } from '../alerts/signs-of-life.ts';
import type { LabelMatcher, Route } from '../config/model.ts';
import { matchesLabels } from './matchers.ts';

const MINUTE_MS = 60_000;
/** The id of the way past the tree, by a rule's own `receiver`. */
const SHORT_CUT = 'rule';
const ALL_LABELS = '...';

/** A route that took an alert, with everything it inherited. */
export interface TakenRoute {
  /** Names the route across restarts: its matchers on the way from the root. */
  id: string;
  receiver: string;
  groupBy: string[];
  groupWaitMs: number;
  groupIntervalMs: number;
  /** null: what was told is never told again. */
  repeatIntervalMs: number | null;
  /** Names; the route's own, as in Alertmanager, not the parent's. */
  muteTimeIntervals: string[];
  activeTimeIntervals: string[];
  /** Ascending by time; those of the parent where the route says nothing. */
  escalate: NonNullable<Route['escalate']>;
  /** Where the route is a step of an escalation: how long nobody acknowledged. */
  escalatedAfterMs?: number;
}

const ROOT: Omit<TakenRoute, 'receiver'> = {
  id: '',
  groupBy: ['rule'],
  groupWaitMs: 30_000,
  groupIntervalMs: 5 * MINUTE_MS,
  repeatIntervalMs: 4 * 60 * MINUTE_MS,
  muteTimeIntervals: [],
  activeTimeIntervals: [],
  escalate: [],
};

/** Each sign of life at once and by itself: how people group, mute and escalate must not look like a loss. */
const LIFE_ROUTE: Omit<TakenRoute, 'receiver'> = {
  ...ROOT,
  id: 'life',
  groupBy: [ALL_LABELS],
  groupWaitMs: 0,
  repeatIntervalMs: null,
};

/**
 * The routes that take an alert: depth first; the first child that matches ends the search unless it says
 * `continue`; a node takes the alert itself where no child does. A rule's own `receiver` goes past the tree, with
 * the root's settings.
 */
export function routesFor(
  root: Route | null,
  labels: Record<string, string>,
  shortCut: string | null,
): TakenRoute[] {
  if (shortCut !== null) {
    if (shortCut === HEARTBEAT || isSignOfLife(labels.rule)) return [{ ...LIFE_ROUTE, receiver: shortCut }];
    const top = { ...ROOT, receiver: shortCut };
    const inherited = root === null ? top : inherit(root, top, 0);
    return [{ ...inherited, id: SHORT_CUT, receiver: shortCut }];
  }
  return root === null ? [] : descend(root, { ...ROOT, receiver: '' }, labels);
}

function descend(route: Route, parent: TakenRoute, labels: Record<string, string>, twin = 0): TakenRoute[] {
  if (!matchesLabels(route.matchers, labels)) return [];
  const own = inherit(route, parent, twin);
  const taken: TakenRoute[] = [];
  for (const [index, child] of route.routes.entries()) {
    const below = descend(child, own, labels, twinsBefore(route.routes, index));
    taken.push(...below);
    if (below.length > 0 && !child.continue) break;
  }
  return taken.length > 0 ? taken : [own];
}

/** How many siblings before a route have its very matchers: only by that such routes differ. */
function twinsBefore(siblings: readonly Route[], index: number): number {
  const textOf = (route: Route | undefined) => route?.matchers.map(matcherText).join(',');
  const own = textOf(siblings[index]);
  return siblings.slice(0, index).filter((sibling) => textOf(sibling) === own).length;
}

/** The route of an id as the tree has it now; undefined where it is gone. */
export function routeOfId(root: Route | null, { id, receiver }: TakenRoute): TakenRoute | undefined {
  if (root === null) return undefined;
  const top = inherit(root, { ...ROOT, receiver: '' }, 0);
  const found = id === SHORT_CUT ? { ...top, id, receiver } : find(root, top, id);
  return found?.receiver === receiver ? found : undefined;
}

function find(route: Route, own: TakenRoute, id: string): TakenRoute | undefined {
  if (own.id === id) return own;
  for (const [index, child] of route.routes.entries()) {
    const below = inherit(child, own, twinsBefore(route.routes, index));
    const found = id.startsWith(below.id) ? find(child, below, id) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function inherit(route: Route, parent: TakenRoute, twin: number): TakenRoute {
  const own = route.matchers.map(matcherText).join(',');
  return {
    id: `${parent.id}/${own}${twin === 0 ? '' : `#${twin + 1}`}`,
    receiver: route.receiver ?? parent.receiver,
    groupBy: route.groupBy ?? parent.groupBy,
    groupWaitMs: route.groupWaitMs ?? parent.groupWaitMs,
    groupIntervalMs: route.groupIntervalMs ?? parent.groupIntervalMs,
    repeatIntervalMs: route.repeatIntervalMs ?? parent.repeatIntervalMs,
    muteTimeIntervals: route.muteTimeIntervals,
    activeTimeIntervals: route.activeTimeIntervals,
    escalate: route.escalate?.toSorted((a, b) => a.afterMs - b.afterMs) ?? parent.escalate,
  };
}

function matcherText({ label, operator, value }: LabelMatcher): string {
  return `${label}${operator}${JSON.stringify(value)}`;
}

/** The labels that an alert's group is named by. */
export function groupLabelsFor(
  { groupBy }: TakenRoute,
  labels: Record<string, string>,
): Record<string, string> {
  if (groupBy.includes(ALL_LABELS)) return { ...labels };
  const known = groupBy.filter((label) => Object.hasOwn(labels, label));
  return Object.fromEntries(known.map((label) => [label, labels[label] ?? '']));
}

/** Names the group of a route, receiver and group labels. */
export function groupIdOf({ id, receiver }: TakenRoute, groupLabels: Record<string, string>): string {
  return digest([id, receiver, sortedEntries(groupLabels)]);
}
