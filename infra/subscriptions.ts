import { ArnFormat, Names, Stack, Token } from 'aws-cdk-lib';
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSubscriptionFilter, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { OptionError } from './option-error.ts';

export interface SubscriptionsProps {
  fn: IFunction;
  /** References, or names in full. */
  logGroups: readonly (ILogGroup | string)[];
  /** Stays the same over deployments: a log group has few filters, and a renamed one would count twice meanwhile. */
  filterName: string;
}

/** Log groups whose every event is handed to a function. */
export class Subscriptions extends Construct {
  constructor(scope: Construct, id: string, props: SubscriptionsProps) {
    super(scope, id);
    const permission = this.permitLogs(props.fn);
    for (const group of props.logGroups) {
      const filter = new CfnSubscriptionFilter(this, keyOf(group), {
        logGroupName: nameOf(group),
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

/**
 * Refuses log groups that cannot be subscribed: named wrongly, twice, by a glob, or the product's own.
 * @param ownPrefix what the names of the product's own log groups start with
 * @throws OptionError
 */
export function checkLogGroups(logGroups: readonly (ILogGroup | string)[], ownPrefix: string): void {
  const seen = new Set<string>();
  for (const group of logGroups) {
    const name = nameOf(group);
    if (!Token.isUnresolved(name)) checkName(name, ownPrefix);
    const key = keyOf(group);
    if (seen.has(key))
      throw new OptionError(`logGroups: "${name}" stands there twice; expected each log group once.`);
    seen.add(key);
  }
}

function checkName(name: string, ownPrefix: string): void {
  if (/[*?!]/.test(name))
    throw new OptionError(`logGroups: "${name}" is a glob; expected the name of one log group in full.`);
  if (!/^[\w./#-]{1,512}$/.test(name))
    throw new OptionError(
      `logGroups: "${name}" is no name of a log group; expected up to 512 of the characters a-z A-Z 0-9 _ - / . #`,
    );
  if (name.startsWith(ownPrefix))
    throw new OptionError(
      `logGroups: "${name}" is a log group of tocsin itself, which would feed on its own log; expected another one.`,
    );
}

function nameOf(group: ILogGroup | string): string {
  return typeof group === 'string' ? group : group.logGroupName;
}

/** What identifies a log group over deployments, whatever its place in the list. */
function keyOf(group: ILogGroup | string): string {
  const name = nameOf(group);
  return typeof group === 'string' || !Token.isUnresolved(name) ? name : Names.nodeUniqueId(group.node);
}
