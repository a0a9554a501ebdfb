import {
  type AccountPolicy,
  type CloudWatchLogsClient,
  DeleteSubscriptionFilterCommand,
  DescribeAccountPoliciesCommand,
  DescribeSubscriptionFiltersCommand,
  PutSubscriptionFilterCommand,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import { jsonFields, parsedJson } from '../json.ts';
import { type AccountSubscription, type LogGroups, PortError, type SubscriptionFilter } from '../ports.ts';

/** The only class whose log groups take subscription filters. */
const SUBSCRIBABLE = 'STANDARD';
const TRANSIENT: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'OperationAbortedException',
  'ServiceUnavailableException',
  'TimeoutError',
]);

/** The `LogGroups` port on CloudWatch Logs, by a patient client. */
export class CloudWatchLogGroups implements LogGroups {
  readonly #client: CloudWatchLogsClient;

  constructor(client: CloudWatchLogsClient) {
    this.#client = client;
  }

  async *list(prefix: string): AsyncIterable<string[]> {
    const input = prefix === '' ? {} : { logGroupNamePrefix: prefix };
    const pages = paginateDescribeLogGroups({ client: this.#client }, input)[Symbol.asyncIterator]();
    for (;;) {
      const page = await this.#call(() => pages.next());
      if (page.done === true) return;
      yield (page.value.logGroups ?? []).flatMap(({ logGroupName, logGroupClass = SUBSCRIBABLE }) =>
        logGroupName !== undefined && logGroupClass === SUBSCRIBABLE ? [logGroupName] : [],
      );
    }
  }

  async filtersOf(logGroup: string): Promise<SubscriptionFilter[]> {
    const command = new DescribeSubscriptionFiltersCommand({ logGroupName: logGroup });
    const { subscriptionFilters = [] } = await this.#call(() => this.#client.send(command));
    return subscriptionFilters.map(({ filterName = '', destinationArn = '' }) => ({
      name: filterName,
      destinationArn,
    }));
  }

  async accountSubscriptions(): Promise<AccountSubscription[]> {
    const found: AccountSubscription[] = [];
    let nextToken: string | undefined;
    do {
      const input = { policyType: 'SUBSCRIPTION_FILTER_POLICY' as const, nextToken };
      const page = await this.#call(() => this.#client.send(new DescribeAccountPoliciesCommand(input)));
      found.push(...(page.accountPolicies ?? []).map(accountSubscriptionOf));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return found;
  }

  async subscribe(logGroup: string, { name, destinationArn }: SubscriptionFilter): Promise<void> {
    const input = { logGroupName: logGroup, filterName: name, filterPattern: '', destinationArn };
    await this.#call(() => this.#client.send(new PutSubscriptionFilterCommand(input)));
  }

  async unsubscribe(logGroup: string, filterName: string): Promise<void> {
    const command = new DeleteSubscriptionFilterCommand({ logGroupName: logGroup, filterName });
    await this.#call(() => this.#client.send(command)).catch((error: unknown) => {
      if (!(error instanceof PortError && error.code === 'ResourceNotFoundException')) throw error;
    });
  }

  async #call<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    try {
      return await send();
    } catch (error) {
      throw asPortError(error);
    }
  }
}

function accountSubscriptionOf({
  policyName = '',
  policyDocument = '',
  selectionCriteria = '',
}: AccountPolicy): AccountSubscription {
  const { DestinationArn: arn } = jsonFields(policyDocument);
  return { name: policyName, destinationArn: String(arn ?? ''), except: exceptionsIn(selectionCriteria) };
}

/** `LogGroupName NOT IN ["a", "b"]`: all that subscription policies know (CloudWatch Logs, "PutAccountPolicy"). */
function exceptionsIn(criteria: string): string[] | null {
  if (criteria.trim() === '') return [];
  const [, list] = /^\s*LogGroupName\s+NOT\s+IN\s+(\[.*\])\s*$/is.exec(criteria) ?? [];
  const names = list === undefined ? null : parsedJson(list);
  return Array.isArray(names) ? names.map(String) : null;
}

function asPortError(error: unknown): PortError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return new PortError(name, message, { transient: TRANSIENT.has(name), cause: error });
}
