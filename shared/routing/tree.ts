/** The route tree with Alertmanager's meaning (contract §1.5). */
import { digest, sortedEntries } from '../alerts/identity.ts';
import type { LabelMatcher, Route } from '../config/model.ts';
import { matchesLabels } from './matchers.ts';

const MINUTE_MS = 60_000;

/** A route that took an alert, with everything it inherited. */
export interface TakenRoute {
  /** Names the route across restarts: its matchers on the way from the root. */
  id: string;
  receiver: string;
  groupBy: string[];
  groupWaitMs: number;
  groupIntervalMs: number;
  repeatIntervalMs: number;
}

const ROOT: Omit<TakenRoute, 'receiver'> = {
  id: '',
  groupBy: ['rule'],
  groupWaitMs: 30_000,
  groupIntervalMs: 5 * MINUTE_MS,
  repeatIntervalMs: 4 * 60 * MINUTE_MS,
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
    const inherited =
      root === null ? { ...ROOT, receiver: shortCut } : inherit(root, { ...ROOT, receiver: shortCut });
    return [{ ...inherited, id: 'rule', receiver: shortCut }];
  }
  return root === null ? [] : descend(root, { ...ROOT, receiver: '' }, labels);
}

function descend(route: Route, parent: TakenRoute, labels: Record<string, string>): TakenRoute[] {
  if (!matchesLabels(route.matchers, labels)) return [];
  const own = inherit(route, parent);
  const taken: TakenRoute[] = [];
  for (const child of route.routes) {
    const below = descend(child, own, labels);
    taken.push(...below);
    if (below.length > 0 && !child.continue) break;
  }
  return taken.length > 0 ? taken : [own];
}

function inherit(route: Route, parent: TakenRoute): TakenRoute {
  return {
    id: `${parent.id}/${route.matchers.map(matcherText).join(',')}`,
    receiver: route.receiver ?? parent.receiver,
    groupBy: route.groupBy ?? parent.groupBy,
    groupWaitMs: route.groupWaitMs ?? parent.groupWaitMs,
    groupIntervalMs: route.groupIntervalMs ?? parent.groupIntervalMs,
    repeatIntervalMs: route.repeatIntervalMs ?? parent.repeatIntervalMs,
  };
}

function matcherText({ label, operator, value }: LabelMatcher): string {
  return `${label}${operator}${JSON.stringify(value)}`;
}

const ALL_LABELS = '...';

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
