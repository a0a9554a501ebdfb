/** Who would be told of an alert with certain labels at a certain time: the dispatcher's own decisions, asked ahead. */
import { intervalsAt } from '../../shared/config/calendar.ts';
import type { Configuration, Receiver, Rule } from '../../shared/config/model.ts';
import { type QuietCauses, quietOf } from '../../shared/routing/quiet.ts';
import { groupLabelsFor, routesFor, type TakenRoute } from '../../shared/routing/tree.ts';

/** One receiver's part in it; `reason`: why it would not be told, null where it would. */
export interface Told {
  receiver: string;
  route: TakenRoute;
  groupLabels: Record<string, string>;
  /** The kinds of its channels that take the severity. */
  channels: string[];
  reason: string | null;
}

export interface Question {
  configuration: Configuration;
  /** The alert's labels; those of a known rule are filled in. */
  labels: Record<string, string>;
  /** Processing time, ms. */
  at: number;
  causes: Pick<QuietCauses, 'silences' | 'sources'>;
}

/** The labels that an alert would carry: what the rule that `rule` names gives it, and over it what is given. */
export function labelsFor({ rules }: Configuration, given: Record<string, string>): Record<string, string> {
  const rule = rules.find(({ id }) => id === given.rule);
  return rule === undefined ? given : { ...rule.labels, severity: rule.severity, ...given };
}

/** Every receiver that a route leads to, in the order of the tree. */
export function toldOf({ configuration, labels, at, causes }: Question): Told[] {
  const { receivers, rules, route: root, timeIntervals: intervals, inhibitRules } = configuration;
  const rule = rules.find(({ id }) => id === labels.rule);
  const withheld = rule === undefined ? null : withheldBy(rule, configuration, at);
  return routesFor(root, labels, rule?.receiver ?? null).map((route) => {
    const receiver = receivers.find(({ name }) => name === route.receiver);
    const channels = channelsFor(receiver, labels.severity);
    const quiet = quietOf({ ...causes, intervals, inhibitRules }, route, labels, at);
    return {
      receiver: route.receiver,
      route,
      groupLabels: groupLabelsFor(route, labels),
      channels,
      reason: withheld ?? quiet?.reason ?? silentReceiver(route.receiver, receiver, channels),
    };
  });
}

function withheldBy(rule: Rule, { timeIntervals }: Configuration, at: number): string | null {
  if (!rule.enabled) return `rule ${rule.id} is disabled`;
  if (rule.action === 'record') return `rule ${rule.id} only records`;
  const { activeTimeIntervals: names } = rule;
  return names.length > 0 && intervalsAt(names, timeIntervals, at).length === 0
    ? `events of rule ${rule.id} count only during ${names.join(', ')}`
    : null;
}

function channelsFor(receiver: Receiver | undefined, severity: string | undefined): string[] {
  const channels = receiver?.channels ?? [];
  return channels
    .filter(
      ({ settings: { severities } }) => severities === null || severities.some((one) => one === severity),
    )
    .map(({ kind }) => kind);
}

function silentReceiver(name: string, receiver: Receiver | undefined, channels: string[]): string | null {
  if (receiver === undefined) return `there is no receiver ${name}`;
  if (receiver.channels.length === 0) return `receiver ${name} is a mute`;
  return channels.length === 0 ? `no channel of receiver ${name} takes this severity` : null;
}
