import type { Happened } from '../happenings.ts';
import { type LogGroups, PortError, type SubscriptionFilter } from '../ports.ts';
import { type AccountCover, knownCoverOf } from './account.ts';
import { globbed, prefixesOf, type Watched } from './watched.ts';

export interface KeepDeps {
  logGroups: LogGroups;
  happened: Happened;
  /** Whether there is no time for another log group. */
  outOfTime(): boolean;
}

/** How a look at the subscriptions went. */
export interface Kept {
  /** Log groups that are subscribed now. */
  standing: number;
  /** Those among them that a policy of the account hands over, with no filter of their own. */
  covered: number;
  /** Log groups that could not be subscribed, and why. */
  refused: { logGroup: string; reason: string }[];
  /** Whether time ran out before every log group was seen: the next look goes on. */
  unfinished: boolean;
}

/**
 * Looks at every watched log group and subscribes those that are not, by themselves or by a policy of the account. One that cannot be subscribed stops only itself.
 * @throws PortError where log groups or policies cannot be listed
 */
export async function keepSubscribed(
  deps: KeepDeps,
  watched: Watched,
  filter: SubscriptionFilter,
): Promise<Kept> {
  const kept: Kept = { standing: 0, covered: 0, refused: [], unfinished: false };
  const cover = await knownCoverOf(deps.logGroups, filter);
  for (const logGroup of watched.names) await keepOne(deps, logGroup, { filter, cover }, kept);
  for await (const logGroup of taken(deps.logGroups, watched)) {
    if (deps.outOfTime()) return { ...kept, unfinished: true };
    if (!watched.names.includes(logGroup)) await keepOne(deps, logGroup, { filter, cover }, kept);
  }
  return kept;
}

/** Subscribes a log group that has just come into being, where a glob takes it. */
export async function subscribeNew(
  deps: KeepDeps,
  watched: Omit<Watched, 'names'>,
  filter: SubscriptionFilter,
  logGroup: string,
): Promise<void> {
  if (!globbed(watched)(logGroup)) return;
  const cover = await knownCoverOf(deps.logGroups, filter);
  const kept = { standing: 0, covered: 0, refused: [], unfinished: false };
  await keepOne(deps, logGroup, { filter, cover }, kept);
}

/**
 * Ends the subscriptions of log groups that were watched by a glob and are no longer.
 * @throws PortError where log groups cannot be listed or a filter not be removed
 */
export async function endSubscriptions(
  { logGroups, happened }: KeepDeps,
  before: Watched,
  after: Watched,
  filterName: string,
): Promise<void> {
  const still = globbed(after);
  for await (const logGroup of taken(logGroups, before)) {
    if (still(logGroup) || after.names.includes(logGroup) || before.names.includes(logGroup)) continue;
    await logGroups.unsubscribe(logGroup, filterName);
    happened({ type: 'subscription', logGroup, change: 'ended', reason: 'it is watched no longer' });
  }
}

async function* taken(logGroups: LogGroups, watched: Watched): AsyncIterable<string> {
  const takes = globbed(watched);
  for (const prefix of prefixesOf(watched.globs))
    for await (const page of logGroups.list(prefix)) yield* page.filter(takes);
}

async function keepOne(
  { logGroups, happened }: KeepDeps,
  logGroup: string,
  { filter, cover }: { filter: SubscriptionFilter; cover: AccountCover },
  kept: Kept,
): Promise<void> {
  try {
    const filters = await logGroups.filtersOf(logGroup);
    const stands = filters.some(
      ({ name, destinationArn }) => name === filter.name && destinationArn === filter.destinationArn,
    );
    if (!stands && cover.takes(logGroup)) kept.covered += 1;
    else if (!stands) {
      await logGroups.subscribe(logGroup, filter);
      happened({ type: 'subscription', logGroup, change: 'begun', reason: null });
    }
    kept.standing += 1;
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    const reason = refusal(error);
    kept.refused.push({ logGroup, reason });
    happened({ type: 'subscription', logGroup, change: 'refused', reason });
  }
}

/** Why a log group cannot be subscribed, in words. */
function refusal({ code, message, transient }: PortError): string {
  if (transient) return `CloudWatch Logs is busy (${code}): the next look tries again`;
  switch (code) {
    case 'LimitExceededException':
      return 'it has as many subscription filters as CloudWatch Logs allows a log group: remove one that is not needed';
    case 'ResourceNotFoundException':
      return 'there is no such log group';
    case 'AccessDeniedException':
      return 'there is no permission to subscribe it; one that was just given takes effect by the next look';
    default:
      return `CloudWatch Logs refuses: ${message}`;
  }
}
