import { ArnFormat, Stack } from 'aws-cdk-lib';
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnAccountPolicy, CfnSubscriptionFilter, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { keyOf, nameOf } from './log-groups.ts';

export interface SubscriptionsProps {
  fn: IFunction;
  /** References, or names in full. */
  logGroups: readonly (ILogGroup | string)[];
  /** Stays the same over deployments: a log group has few filters, and a renamed one would count twice meanwhile. */
  filterName: string;
}

/** Log groups whose every event is handed to a function. */
export class Subscriptions extends Construct {
  /** That CloudWatch Logs may invoke the function for any log group of this account: filters wait for it. */
  readonly permission: CfnPermission;
  readonly #fn: IFunction;
  readonly #filterName: string;

  constructor(scope: Construct, id: string, props: SubscriptionsProps) {
    super(scope, id);
    this.#fn = props.fn;
    this.#filterName = props.filterName;
    this.permission = this.permitLogs(props.fn);
    for (const group of props.logGroups) this.add(keyOf(group), nameOf(group));
  }

  /** Subscribes one log group by a filter of the stack. */
  add(id: string, logGroupName: string): void {
    const filter = new CfnSubscriptionFilter(this, id, {
      logGroupName,
      filterName: this.#filterName,
      // Every event: the rules decide, and they change without a deployment.
      filterPattern: '',
      destinationArn: this.#fn.functionArn,
    });
    filter.addResourceDependency(this.permission);
  }

  /**
   * Subscribes every log group of the account and Region, those to come included, except for the ones named: of such
   * policies an account has one in a Region, and it excludes by full names only.
   */
  addAccount(except: readonly string[]): void {
    const policy = new CfnAccountPolicy(this, 'Account', {
      policyName: this.#filterName,
      policyType: 'SUBSCRIPTION_FILTER_POLICY',
      scope: 'ALL',
      policyDocument: Stack.of(this).toJsonString({
        DestinationArn: this.#fn.functionArn,
        FilterPattern: '',
        Distribution: 'Random',
      }),
      selectionCriteria: `LogGroupName NOT IN ${JSON.stringify(except)}`,
    });
    policy.addResourceDependency(this.permission);
  }

  /** One permission for all: one for each log group would overrun the 20 KB of a function's policy at some fifty. */
  private permitLogs(fn: IFunction): CfnPermission {
    const stack = Stack.of(this);
    return new CfnPermission(this, 'Permission', {
      action: 'lambda:InvokeFunction',
      functionName: fn.functionArn,
      principal: 'logs.amazonaws.com',
      sourceAccount: stack.account,
      sourceArn: stack.formatArn({
        service: 'logs',
        resource: 'log-group',
        resourceName: '*',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    });
  }
}
