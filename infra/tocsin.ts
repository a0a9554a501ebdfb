import { statSync } from 'node:fs';
import { Names, type RemovalPolicy } from 'aws-cdk-lib';
import { type ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { TocsinFunction } from './functions.ts';
import { OptionError } from './option-error.ts';
import type { Resources } from './permissions.ts';
import { Queues } from './queues.ts';
import { Clock } from './schedule.ts';
import { identitiesOf, type Sender } from './sender.ts';
import { checkLogGroups, Subscriptions } from './subscriptions.ts';
import { Tables } from './tables.ts';
import {
  environmentOf,
  FUNCTIONS,
  type FunctionName,
  type SettingName,
  type Surroundings,
} from './topology.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export interface TocsinProps extends Sender {
  /** What is watched: references, or names in full. */
  logGroups: readonly (ILogGroup | string)[];
  /** Path of the document, from the working directory. It must exist; `tocsin apply` writes it into the config table. */
  config?: string;
  /** Hosts that webhooks may go to (`open.feishu.cn`, `*.example.com`); by default any that is not internal. */
  allowedHosts?: readonly string[];
  /** What becomes of the two tables when the stack is deleted; by default they stay. */
  removalPolicy?: RemovalPolicy;
  /** Of the functions' own logs; by default one month. */
  logRetention?: RetentionDays;
  /**
   * Concurrent executions reserved for the matcher and not exceeded. By default it takes what the account has left:
   * reserving fails in accounts with a small quota. The functions behind queues are bounded by the topology.
   */
  matcherConcurrency?: number;
}

/**
 * Turns log groups into alerts: `new Tocsin(this, 'Tocsin', { logGroups: [orders, '/app/pay'], from: 'alerts@example.com' })`.
 * @throws OptionError at synthesis where a prop cannot work, naming it
 */
export class Tocsin extends Construct {
  readonly tables: Tables;
  readonly queues: Queues;
  readonly functions: Readonly<Record<FunctionName, TocsinFunction>>;
  /** The name of the subscription filter in every watched log group. */
  readonly filterName: string;

  constructor(scope: Construct, id: string, props: TocsinProps) {
    super(scope, id);
    checkProps(props);
    const name = Names.uniqueResourceName(this, { maxLength: 100, separator: '-' });
    const ownPrefix = `/tocsin/${name}/`;
    checkLogGroups(props.logGroups, ownPrefix);
    this.filterName = `tocsin-${name}`;
    this.tables = new Tables(this, 'Tables', props.removalPolicy);
    this.queues = new Queues(this, 'Queues');
    this.functions = this.createFunctions(props, ownPrefix);
    this.connectFailures();
    this.startClock();
    new Subscriptions(this, 'Subscriptions', {
      fn: this.functions.matcher.fn,
      logGroups: props.logGroups,
      filterName: this.filterName,
    });
  }

  private createFunctions(props: TocsinProps, ownPrefix: string): Record<FunctionName, TocsinFunction> {
    const resources: Resources = { tables: this.tables, queues: this.queues.pairs, sender: props };
    const surroundings = this.surroundings(props, ownPrefix);
    const create = (name: FunctionName) =>
      new TocsinFunction(this, name, {
        name,
        resources,
        environment: environmentOf(name, surroundings),
        logGroupName: `${ownPrefix}${name}`,
        logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
        reservedConcurrency: name === 'matcher' ? props.matcherConcurrency : undefined,
      });
    return {
      matcher: create('matcher'),
      evaluator: create('evaluator'),
      dispatcher: create('dispatcher'),
      notifier: create('notifier'),
    };
  }

  private surroundings(props: TocsinProps, ownPrefix: string): Surroundings {
    const settings: Record<SettingName, string | undefined> = {
      allowedHosts: props.allowedHosts?.join(','),
      mailFrom: props.from,
      configurationSet: props.configurationSet,
      ownLogGroups: Object.keys(FUNCTIONS)
        .map((name) => `${ownPrefix}${name}`)
        .join(','),
    };
    return {
      tableName: (table) => this.tables[table].tableName,
      queueUrl: (queue) => this.queues.pairs[queue].queue.queueUrl,
      deadLetterUrl: (queue) => this.queues.pairs[queue].deadLetters.queueUrl,
      setting: (setting) => settings[setting],
    };
  }

  private connectFailures(): void {
    const failures = FUNCTIONS.matcher.logSubscription?.onFailure;
    if (failures !== undefined)
      this.functions.matcher.onAsyncFailure(this.queues.pairs[failures].queue, 2, 6 * HOUR_MS);
    // The next tick does the work of a failed one.
    this.functions.evaluator.onAsyncFailure(this.queues.evaluatorFailures, 0, MINUTE_MS);
  }

  private startClock(): void {
    const { everyMs } = FUNCTIONS.evaluator;
    if (everyMs !== null)
      new Clock(this, 'Clock', {
        fn: this.functions.evaluator.fn,
        everyMs,
        deadLetters: this.queues.evaluatorFailures,
      });
  }
}

function checkProps(props: TocsinProps): void {
  identitiesOf(props);
  const { config, allowedHosts } = props;
  if (config !== undefined && !statSync(config, { throwIfNoEntry: false })?.isFile())
    throw new OptionError(`config: there is no file "${config}"; expected the path of the YAML document.`);
  if (allowedHosts?.length === 0)
    throw new OptionError('allowedHosts: the list is empty; expected host names, or no list at all.');
  for (const host of allowedHosts ?? [])
    if (!/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(host))
      throw new OptionError(`allowedHosts: "${host}" is no host name; expected one like "open.feishu.cn".`);
}
