import { ArnFormat, Names, Stack, Token } from 'aws-cdk-lib';
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSubscriptionFilter, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface SubscriptionsProps {
  fn: IFunction;
  /** References, or names in full. */
  logGroups: readonly (ILogGroup | string)[];
  /** Stays the same over deployments: a log group has few filters, and a renamed one would count twice meanwhile. */
  filterName: string;
  /** Prefix of the product's own log groups. */
  ownPrefix: string;
}

/** Log groups whose every event is handed to a function. */
export class Subscriptions extends Construct {
  /** @throws Error where a log group is named wrongly, twice, by a glob, or is one of the product's own */
  constructor(scope: Construct, id: string, props: SubscriptionsProps) {
    super(scope, id);
    const permission = this.permitLogs(props.fn);
    const seen = new Set<string>();
    for (const group of props.logGroups) {
      const name = typeof group === 'string' ? group : group.logGroupName;
      checkName(name, props.ownPrefix);
      const key = keyOf(group, name);
      if (seen.has(key))
        throw new Error(`logGroups: "${name}" stands there twice; expected each log group once.`);
      seen.add(key);
      const filter = new CfnSubscriptionFilter(this, key, {
        logGroupName: name,
        filterName: props.filterName,
        // Every event: the rules decide, and they change without a deployment.
        filterPattern: '',
        destinationArn: props.fn.functionArn,
      });
      filter.addResourceDependency(permission);
    }
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

/** What identifies a log group over deployments, whatever its place in the list. */
function keyOf(group: ILogGroup | string, name: string): string {
  return typeof group === 'string' || !Token.isUnresolved(name) ? name : Names.nodeUniqueId(group.node);
}

function checkName(name: string, ownPrefix: string): void {
  if (Token.isUnresolved(name)) return;
  if (/[*?!]/.test(name))
    throw new Error(`logGroups: "${name}" is a glob; expected the name of one log group in full.`);
  if (!/^[\w./#-]{1,512}$/.test(name))
    throw new Error(
      `logGroups: "${name}" is no name of a log group; expected up to 512 of the characters a-z A-Z 0-9 _ - / . #`,
    );
  if (name.startsWith(ownPrefix))
    throw new Error(
      `logGroups: "${name}" is a log group of tocsin itself, which would feed on its own log; expected another one.`,
    );
}
