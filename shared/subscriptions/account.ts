import { type AccountSubscription, type LogGroups, PortError, type SubscriptionFilter } from '../ports.ts';

/** What the policies of an account hand over to a deployment. */
export interface AccountCover {
  /** Those that do. */
  policies: readonly AccountSubscription[];
  /** Whether one of them takes the log group: a filter beside it would have every event delivered, and paid, twice. */
  takes(logGroup: string): boolean;
}

/** @throws PortError where the policies cannot be read */
export async function accountCoverOf(
  logGroups: Pick<LogGroups, 'accountSubscriptions'>,
  { destinationArn }: Pick<SubscriptionFilter, 'destinationArn'>,
): Promise<AccountCover> {
  const all = await logGroups.accountSubscriptions();
  const policies = all.filter((policy) => policy.destinationArn === destinationArn);
  const exceptions = policies.flatMap(({ except }) => (except === null ? [] : [new Set(except)]));
  return { policies, takes: (logGroup) => exceptions.some((except) => !except.has(logGroup)) };
}

/** The same for whoever only adds filters: one too many is better than a log group that nobody hands over. */
export async function knownCoverOf(...given: Parameters<typeof accountCoverOf>): Promise<AccountCover> {
  try {
    return await accountCoverOf(...given);
  } catch (error) {
    if (error instanceof PortError && error.code === 'AccessDeniedException')
      return { policies: [], takes: () => false };
    throw error;
  }
}
