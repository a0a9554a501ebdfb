import { Names, Stack, Token } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { OptionError } from './option-error.ts';

export interface DeploymentOptions {
  /** Of the functions' own logs; by default one month. */
  logRetention?: RetentionDays;
  /** A key of your own for tables, queues, logs and the alarms' topic; by default the keys of AWS. */
  encryptionKey?: IKey;
  /** Traces in X-Ray, which are billed one by one; by default none. */
  tracing?: boolean;
}

/** What the parts of one deployment have in common. */
export interface Deployment {
  /** Of its own in the account and Region: names log groups, filters, metrics. */
  name: string;
  /** What the names of its log groups start with. */
  ownPrefix: string;
  logRetention: RetentionDays;
  key: IKey | undefined;
  tracing: boolean;
}

/** @throws OptionError where the Region lacks what an option asks for */
export function deploymentOf(scope: Construct, options: DeploymentOptions): Deployment {
  const name = Names.uniqueResourceName(scope, { maxLength: 100, separator: '-' });
  const { logRetention = RetentionDays.ONE_MONTH, encryptionKey: key, tracing = false } = options;
  if (tracing && isInChina(scope))
    throw new OptionError('tracing: the Regions in China are not supported with it; expected none there.');
  return { name, ownPrefix: `/tocsin/${name}/`, logRetention, key, tracing };
}

/** Whether a stack is known to stand in the partition aws-cn, which lacks function URLs and SES. */
export function isInChina(scope: Construct): boolean {
  const { region } = Stack.of(scope);
  return !Token.isUnresolved(region) && region.startsWith('cn-');
}
