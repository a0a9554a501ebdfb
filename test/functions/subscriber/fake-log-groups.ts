import {
  type AccountSubscription,
  type LogGroups,
  PortError,
  type SubscriptionFilter,
} from '../../../shared/ports.ts';

/** Log groups in memory; a page of `list` holds two. Those in `full` have no room for another filter. */
export class FakeLogGroups implements LogGroups {
  readonly groups = new Map<string, SubscriptionFilter[]>();
  readonly full = new Set<string>();
  policies: AccountSubscription[] = [];
  calls = 0;

  constructor(names: readonly string[]) {
    for (const name of names) this.groups.set(name, []);
  }

  async *list(prefix: string): AsyncIterable<string[]> {
    const names = [...this.groups.keys()].filter((name) => name.startsWith(prefix));
    for (let at = 0; at < names.length; at += 2) yield names.slice(at, at + 2);
  }

  async filtersOf(logGroup: string): Promise<SubscriptionFilter[]> {
    return this.#of(logGroup);
  }

  async accountSubscriptions(): Promise<AccountSubscription[]> {
    return this.policies;
  }

  async subscribe(logGroup: string, filter: SubscriptionFilter): Promise<void> {
    this.calls += 1;
    const others = this.#of(logGroup).filter(({ name }) => name !== filter.name);
    if (this.full.has(logGroup))
      throw new PortError('LimitExceededException', 'Resource limit exceeded.', { transient: false });
    this.groups.set(logGroup, [...others, filter]);
  }

  async unsubscribe(logGroup: string, filterName: string): Promise<void> {
    this.calls += 1;
    const filters = this.groups.get(logGroup) ?? [];
    this.groups.set(
      logGroup,
      filters.filter(({ name }) => name !== filterName),
    );
  }

  /** Names of the log groups that carry a filter of this name. */
  subscribed(filterName: string): string[] {
    return [...this.groups].flatMap(([name, filters]) =>
      filters.some((filter) => filter.name === filterName) ? [name] : [],
    );
  }

  #of(logGroup: string): SubscriptionFilter[] {
    const filters = this.groups.get(logGroup);
    if (filters !== undefined) return filters;
    throw new PortError('ResourceNotFoundException', 'The specified log group does not exist.', {
      transient: false,
    });
  }
}
