/** What the three commands about subscriptions share: the stack's filter, its own log groups, what a person named. */
import { CloudWatchLogGroups } from '../../shared/aws/log-groups.ts';
import type { LogGroups, SubscriptionFilter } from '../../shared/ports.ts';
import { type AccountCover, accountCoverOf } from '../../shared/subscriptions/account.ts';
import { globbed, prefixesOf, type Watched } from '../../shared/subscriptions/watched.ts';
import type { Connection } from '../place/connection.ts';
import { EnvironmentError, UsageError } from '../terminal/usage-error.ts';

export interface Watching {
  logGroups: LogGroups;
  /** The stack's own: its name stays the same, so that nothing is subscribed twice. */
  filter: SubscriptionFilter;
  /** Log groups of tocsin itself, which would feed on their own log. */
  own: string[];
}

const FILTER_PREFIX = 'tocsin-';
const NAME = /^[\w./#*?!-]{1,513}$/;

/** @throws UsageError on this machine, where nothing is subscribed; EnvironmentError where the stack does not say enough. */
export async function watchingOf({ local, outputs, settings, name }: Connection): Promise<Watching> {
  if (local !== null)
    throw new UsageError(
      'Log groups are subscribed on AWS; on this machine `tocsin local --logs` names the files.',
    );
  const { MatcherArn: destinationArn, FilterName: filterName } = outputs;
  if (destinationArn === undefined || filterName === undefined)
    throw new EnvironmentError(
      `The ${name} has no outputs MatcherArn and FilterName: deploy this version first.`,
    );
  const { patientLogsClient } = await import('../../shared/aws/logs-client.ts');
  const stack = filterName.startsWith(FILTER_PREFIX) ? filterName.slice(FILTER_PREFIX.length) : filterName;
  return {
    logGroups: new CloudWatchLogGroups(patientLogsClient(settings)),
    filter: { name: filterName, destinationArn },
    own: [`/tocsin/${stack}/*`],
  };
}

/** Names and globs as a person gave them. @throws UsageError where one cannot be subscribed. */
export function watchedBy(words: readonly string[], { own }: Pick<Watching, 'own'>): Watched {
  const wrong = words.find((word) => !NAME.test(word));
  if (wrong !== undefined)
    throw new UsageError(
      `"${wrong}" is no name of a log group and no glob, expected characters of a-z A-Z 0-9 _ - / . # and * ? for globs.`,
    );
  const globs = words.filter((word) => /[*?]|^!/.test(word));
  const names = words.filter((word) => !globs.includes(word));
  const isOwn = globbed({ globs: own, own: [] });
  const refused = names.find(isOwn);
  if (refused !== undefined)
    throw new UsageError(`${refused} is a log group of tocsin itself, which would feed on its own log.`);
  return { names, globs, own };
}

/** The log groups that are there and meant: names first, then those that the globs take, each once. */
export async function* meant(logGroups: LogGroups, { names, globs, own }: Watched): AsyncIterable<string> {
  yield* names;
  const takes = globbed({ globs, own });
  for (const prefix of prefixesOf(globs))
    for await (const page of logGroups.list(prefix))
      for (const logGroup of page) if (takes(logGroup) && !names.includes(logGroup)) yield logGroup;
}

/** What hands over a log group: a policy of the account, or a filter of its own; null: nothing does. */
export type Means = 'policy' | 'filter' | null;

/** How the log groups are handed over that one command asks about. @throws PortError */
export async function meansOf(
  watching: Watching,
): Promise<{ policies: AccountCover['policies']; of(logGroup: string): Promise<Means> }> {
  const { policies, takes } = await accountCoverOf(watching.logGroups, watching.filter);
  const of = async (logGroup: string): Promise<Means> => {
    if (takes(logGroup)) return 'policy';
    return (await hasFilter(watching, logGroup)) ? 'filter' : null;
  };
  return { policies, of };
}

/** Whether the filter stands in a log group. @throws PortError */
export async function hasFilter({ logGroups, filter }: Watching, logGroup: string): Promise<boolean> {
  const filters = await logGroups.filtersOf(logGroup);
  return filters.some(
    ({ name, destinationArn }) => name === filter.name && destinationArn === filter.destinationArn,
  );
}
