import { statSync } from 'node:fs';
import { Names, type RemovalPolicy } from 'aws-cdk-lib';
import { type ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { TocsinFunction } from './functions.ts';
import { chooseLogGroups, excludedFromAll } from './log-groups.ts';
import { OptionError } from './option-error.ts';
import { permissionsOf, type Resources } from './permissions.ts';
import { Queues } from './queues.ts';
import { Responder } from './responder.ts';
import { Clock } from './schedule.ts';
import { identitiesOf, type Sender } from './sender.ts';
import { Subscriber } from './subscriber.ts';
import { Subscriptions } from './subscriptions.ts';
import { Tables } from './tables.ts';
import {
  environmentOf,
  FUNCTIONS,
  type FunctionName,
  type SettingName,
  type Surroundings,
} from './topology.ts';
import { UPKEEP, type UpkeepName } from './upkeep.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What stands between a log event and its message. */
type PipelineFunction = Exclude<FunctionName, 'responder'>;

export interface TocsinProps extends Sender {
  /**
   * What is watched: references, names in full, and globs (`/app/*`, `!/app/debug-*`), which take log groups that
   * come into being later too.
   */
  logGroups: readonly (ILogGroup | string)[];
  /**
   * Watch by the one subscription policy that an account has in a Region, which takes every log group at once and no
   * filter of theirs. `logGroups` must then be `*`, with full names to exclude.
   */
  accountPolicy?: boolean;
  /** Path of the document, from the working directory. It must exist; `tocsin apply` writes it into the config table. */
  config?: string;
  /** Hosts that webhooks may go to (`open.feishu.cn`, `*.example.com`); by default any that is not internal. */
  allowedHosts?: readonly string[];
  /** What becomes of the two tables when the stack is deleted; by default they stay. */
  removalPolicy?: RemovalPolicy;
  /**
   * Whether messages have links to look at, acknowledge and silence alerts, on a public address that believes signed
   * links only; by default they have.
   */
  responder?: boolean;
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
  readonly functions: Readonly<Record<PipelineFunction, TocsinFunction>>;
  /** Where the links in messages lead; null: they have none. */
  readonly responder: Responder | null;
  /** The name of the subscription filter in every watched log group. */
  readonly filterName: string;
  /** How the last deployment found the log groups; null where the account's policy subscribes them. */
  readonly subscribed: Subscriber['report'] | null;

  constructor(scope: Construct, id: string, props: TocsinProps) {
    super(scope, id);
    checkProps(props);
    const name = Names.uniqueResourceName(this, { maxLength: 100, separator: '-' });
    const ownPrefix = `/tocsin/${name}/`;
    this.filterName = `tocsin-${name}`;
    this.tables = new Tables(this, 'Tables', props.removalPolicy);
    this.queues = new Queues(this, 'Queues');
    this.responder = props.responder === false ? null : this.createResponder(name, props, ownPrefix);
    this.functions = this.createFunctions(name, props, ownPrefix);
    this.connectFailures();
    this.startClock();
    this.subscribed = this.subscribe(props, ownPrefix);
  }

  private createResponder(ownName: string, props: TocsinProps, ownPrefix: string): Responder {
    const surroundings = this.surroundings(ownName, props, ownPrefix);
    return new Responder(this, 'responder', {
      linksSecret: linksSecretOf(ownName),
      statements: permissionsOf(this, FUNCTIONS.responder, this.resources(props)),
      environment: environmentOf('responder', surroundings),
      ...logsOf('responder', props, ownPrefix),
    });
  }

  private resources(props: TocsinProps): Resources {
    return { tables: this.tables, queues: this.queues.pairs, sender: props };
  }

  private createFunctions(
    ownName: string,
    props: TocsinProps,
    ownPrefix: string,
  ): Record<PipelineFunction, TocsinFunction> {
    const resources = this.resources(props);
    const surroundings = this.surroundings(ownName, props, ownPrefix);
    const create = (name: PipelineFunction) =>
      new TocsinFunction(this, name, {
        shape: FUNCTIONS[name],
        statements: permissionsOf(this, FUNCTIONS[name], resources),
        queues: this.queues.pairs,
        environment: environmentOf(name, surroundings),
        ...logsOf(name, props, ownPrefix),
        reservedConcurrency: name === 'matcher' ? props.matcherConcurrency : undefined,
      });
    return {
      matcher: create('matcher'),
      evaluator: create('evaluator'),
      dispatcher: create('dispatcher'),
      notifier: create('notifier'),
    };
  }

  private subscribe(props: TocsinProps, ownPrefix: string): Subscriber['report'] | null {
    const { fn } = this.functions.matcher;
    const { filterName } = this;
    if (props.accountPolicy === true) {
      const subscriptions = new Subscriptions(this, 'Subscriptions', { fn, filterName, logGroups: [] });
      subscriptions.addAccount([...ownLogGroups(ownPrefix), ...excludedFromAll(props.logGroups)]);
      return null;
    }
    const chosen = chooseLogGroups(props.logGroups, ownPrefix);
    const { permission } = new Subscriptions(this, 'Subscriptions', {
      fn,
      filterName,
      logGroups: chosen.fixed,
    });
    return new Subscriber(this, 'Subscriber', {
      chosen,
      filterName,
      matcherArn: fn.functionArn,
      permission,
      failures: this.queues.upkeepFailures,
      logs: logsOf('subscriber', props, ownPrefix),
    }).report;
  }

  private surroundings(ownName: string, props: TocsinProps, ownPrefix: string): Surroundings {
    const settings: Record<SettingName, string | undefined> = {
      allowedHosts: props.allowedHosts?.join(','),
      mailFrom: props.from,
      configurationSet: props.configurationSet,
      ownLogGroups: ownLogGroups(ownPrefix).join(','),
      responderUrl: this.responder?.url,
      linksSecret: props.responder === false ? undefined : linksSecretOf(ownName),
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

/** Of its own for each deployment: several may stand in one account. */
function linksSecretOf(ownName: string): string {
  return `links-${ownName}`;
}

/** The log groups of the product itself, which it must not watch: it would feed on its own log. */
function ownLogGroups(ownPrefix: string): string[] {
  return [...Object.keys(FUNCTIONS), ...Object.keys(UPKEEP)].map((name) => `${ownPrefix}${name}`);
}

function logsOf(name: FunctionName | UpkeepName, { logRetention }: TocsinProps, ownPrefix: string) {
  return { logGroupName: `${ownPrefix}${name}`, logRetention: logRetention ?? RetentionDays.ONE_MONTH };
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
