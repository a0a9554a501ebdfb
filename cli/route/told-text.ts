import { writtenDuration } from '../../shared/config/durations.ts';
import type { TakenRoute } from '../../shared/routing/tree.ts';
import type { Told } from './told.ts';

/** One receiver's part for people. */
export function toldText({ receiver, route, groupLabels, channels, reason }: Told): string {
  const verdict = reason === null ? `told by ${channels.join(', ')}` : `not told: ${reason}`;
  return [
    `${receiver}: ${verdict}`,
    `  route      ${routeText(route.id)}`,
    `  group      ${matchersText(groupLabels)}`,
    `  timing     first after ${writtenDuration(route.groupWaitMs)}, changes each ${writtenDuration(route.groupIntervalMs)}, ${repeatText(route)}`,
    ...route.escalate.map(
      (step) =>
        `  escalates  to ${step.receiver} after ${writtenDuration(step.afterMs)} without acknowledgement`,
    ),
  ].join('\n');
}

/** Labels as matchers are written. */
export function matchersText(labels: Record<string, string>): string {
  const shown = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return shown.length === 0 ? '(all in one)' : shown.join(' ');
}

function repeatText({ repeatIntervalMs }: TakenRoute): string {
  return repeatIntervalMs === null ? 'never repeated' : `repeated after ${writtenDuration(repeatIntervalMs)}`;
}

/** The way through the tree: the matchers of each node below the root, and the step of its escalation. */
export function routeText(id: string): string {
  const [, base, step] = /^(.+)!(\d+)$/.exec(id) ?? [];
  if (base !== undefined) return `${routeText(base)}, step ${step} of its escalation`;
  if (id === 'rule') return "the rule's own receiver";
  return id === '/' ? 'root' : `root > ${id.replace(/^\/\//, '').replaceAll('"/', '" > ')}`;
}
