import { Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { OWNER_DEFAULT } from '../shared/applied/standing.ts';
import type { RawItem } from '../shared/config/items.ts';
import type { Loaded } from '../shared/config/load.ts';
import { aliveDoubt, aliveItems } from './alive.ts';
import { Applier, type ApplyReport } from './applier.ts';
import { type Deployment, deploymentOf, isInChina } from './deployment.ts';
import { readDocument } from './document.ts';
import { TocsinFunction } from './functions.ts';
import { HEARTBEAT_OWNER, Heartbeat, heartbeatItems } from './heartbeat.ts';
import { openKey } from './key.ts';
import { type ChosenLogGroups, chooseLogGroups, excludedFromAll } from './log-groups.ts';
import { MailFeedback } from './mail-feedback.ts';
import type { Monitored } from './operations/monitored.ts';
import { Operations } from './operations/operations.ts';
import { joinOutlets, outletsIn } from './outlets.ts';
import { Outputs } from './outputs.ts';
import { People } from './people.ts';
import { permissionsOf, type Resources } from './permissions.ts';
import { checkProps, HEARTBEAT_MINUTES_DEFAULT, inZoneOf, type TocsinProps } from './props.ts';
import { Queues } from './queues.ts';
import { Responder } from './responder.ts';
import { Clock } from './schedule.ts';
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
import { UPKEEP } from './upkeep.ts';

export type { TocsinProps } from './props.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What stands between a log event and its message. */
type PipelineFunction = Exclude<FunctionName, 'responder'>;

/**
 * Turns log groups into alerts: `new Tocsin(this, 'Tocsin', { logGroups: [orders, '/app/*'], from: 'alerts@example.com' })`.
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
  /** What the last deployment did with the document; null where it brings none. */
  readonly applied: ApplyReport | null;
  readonly operations: Operations;
  /** Policies for those who look, act and write rules. */
  readonly people: People;
  readonly #deployment: Deployment;
  readonly #props: TocsinProps;
  readonly #configurationSet: string | undefined;
  readonly #upkeep: Record<string, TocsinFunction> = {};
  readonly #document: Loaded | null;

  constructor(scope: Construct, id: string, props: TocsinProps) {
    super(scope, id);
    checkProps(props);
    const deployment = deploymentOf(this, props);
    const chosen = choose(props, deployment);
    this.#document = props.config === undefined ? null : readDocument(props.config);
    this.#props = inZoneOf(this.#document, props);
    this.#deployment = deployment;
    this.filterName = `tocsin-${deployment.name}`;
    openKey(this, deployment);
    this.tables = new Tables(this, 'Tables', props.removalPolicy, deployment.key);
    this.queues = new Queues(this, 'Queues', deployment.key);
    this.#configurationSet = this.hearOfMails();
    this.responder = props.responder === false ? null : this.createResponder();
    this.functions = this.createFunctions();
    this.connectFailures();
    this.startClock();
    const subscriptions = this.subscribe(chosen);
    this.subscribed = chosen === null ? null : this.follow(chosen, subscriptions);
    this.startHeartbeat(subscriptions);
    this.applied = this.apply();
    this.people = new People(this, 'People', { tables: this.tables, queues: this.queues, deployment });
    this.operations = new Operations(this, 'Operations', this.monitored(), props, deployment.key);
    new Outputs(this, 'Outputs');
  }

  /**
   * Runs the tests that stand in `config`, as `tocsin apply` does: `await tocsin.testDocument()` before `app.synth()`,
   * which cannot wait for them.
   * @throws OptionError where one fails, with its place and what differs
   */
  async testDocument(): Promise<void> {
    if (this.#document === null || this.#document.tests.length === 0) return;
    const { testDocument } = await import('./document-tests.ts');
    await testDocument(this.#document);
  }

  /** The configuration set of the mails. There is no SES in China. */
  private hearOfMails(): string | undefined {
    if (isInChina(this)) return undefined;
    const { configurationSet } = new MailFeedback(this, 'MailFeedback', {
      configurationSet: this.#props.configurationSet,
      deliveries: this.queues.pairs.deliveries.queue,
      failures: this.queues.upkeepFailures,
    });
    return configurationSet;
  }

  private createResponder(): Responder {
    return new Responder(this, 'responder', {
      linksSecret: linksSecretOf(this.#deployment),
      stateTableArn: this.tables.state.tableArn,
      statements: permissionsOf(this, FUNCTIONS.responder, this.resources()),
      environment: environmentOf('responder', this.surroundings()),
      deployment: this.#deployment,
      reservedConcurrency: this.#props.responderConcurrency,
    });
  }

  private resources(): Resources {
    const used = outletsIn(this.#document?.items ?? []);
    const outlets = joinOutlets(this.#props, used);
    const { from, identities } = this.#props;
    const sender = {
      from,
      ...(identities === undefined ? {} : { identities }),
      ...(this.#configurationSet === undefined ? {} : { configurationSet: this.#configurationSet }),
    };
    return { tables: this.tables, queues: this.queues.pairs, sender, outlets };
  }

  private createFunctions(): Record<PipelineFunction, TocsinFunction> {
    const resources = this.resources();
    const surroundings = this.surroundings();
    const create = (name: PipelineFunction) =>
      new TocsinFunction(this, name, {
        shape: FUNCTIONS[name],
        name,
        statements: permissionsOf(this, FUNCTIONS[name], resources),
        queues: this.queues.pairs,
        environment: environmentOf(name, surroundings),
        deployment: this.#deployment,
        reservedConcurrency: name === 'matcher' ? this.#props.matcherConcurrency : undefined,
      });
    return {
      matcher: create('matcher'),
      evaluator: create('evaluator'),
      dispatcher: create('dispatcher'),
      notifier: create('notifier'),
    };
  }

  private surroundings(): Surroundings {
    const { allowedHosts, from } = this.#props;
    const settings: Record<SettingName, string | undefined> = {
      allowedHosts: allowedHosts?.join(','),
      mailFrom: from,
      configurationSet: this.#configurationSet,
      ownLogGroups: refusedLogGroups(this.#deployment).join(','),
      responderUrl: this.responder?.url,
      linksSecret: this.#props.responder === false ? undefined : linksSecretOf(this.#deployment),
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
        pace: { everyMs },
        deadLetters: this.queues.evaluatorFailures,
        key: this.#deployment.key,
      });
  }

  private subscribe(chosen: ChosenLogGroups | null): Subscriptions {
    const subscriptions = new Subscriptions(this, 'Subscriptions', {
      fn: this.functions.matcher.fn,
      filterName: this.filterName,
      logGroups: chosen?.fixed ?? [],
    });
    if (chosen === null)
      subscriptions.addAccount([
        ...refusedLogGroups(this.#deployment),
        ...excludedFromAll(this.#props.logGroups),
      ]);
    return subscriptions;
  }

  private follow(chosen: ChosenLogGroups, { permission }: Subscriptions): Subscriber['report'] {
    const subscriber = new Subscriber(this, 'Subscriber', {
      chosen,
      filterName: this.filterName,
      matcherArn: this.functions.matcher.fn.functionArn,
      permission,
      failures: this.queues.upkeepFailures,
      deployment: this.#deployment,
    });
    this.#upkeep.subscriber = subscriber.function;
    return subscriber.report;
  }

  private startHeartbeat(subscriptions: Subscriptions): void {
    const {
      heartbeatMinutes: everyMinutes = HEARTBEAT_MINUTES_DEFAULT,
      alive,
      accountPolicy = false,
    } = this.#props;
    if (everyMinutes === 0 && alive === undefined) return;
    const heartbeat = new Heartbeat(this, 'Heartbeat', {
      everyMinutes,
      alive,
      failures: this.queues.upkeepFailures,
      subscriptions,
      accountPolicy,
      deployment: this.#deployment,
    });
    this.#upkeep.heartbeat = heartbeat.function;
  }

  private apply(): ApplyReport | null {
    const own = this.ownItems();
    const documents: Record<string, RawItem[]> = {
      ...(this.#document === null ? {} : { [OWNER_DEFAULT]: this.#document.items }),
      ...(own.length === 0 ? {} : { [HEARTBEAT_OWNER]: own }),
    };
    if (Object.keys(documents).length === 0) return null;
    const applier = new Applier(this, 'Applier', {
      documents,
      tables: this.tables,
      failures: this.queues.upkeepFailures,
      deployment: this.#deployment,
    });
    this.#upkeep.applier = applier.function;
    return applier.reports[OWNER_DEFAULT] ?? null;
  }

  /** What the product itself brings to the config table. */
  private ownItems(): RawItem[] {
    const { heartbeatMinutes, alive } = this.#props;
    const doubt = alive === undefined || this.#document === null ? null : aliveDoubt(alive, this.#document);
    if (doubt !== null) Validations.of(this).addWarning('tocsin-alive', doubt);
    return [
      ...(heartbeatMinutes === 0 ? [] : heartbeatItems(this.#deployment)),
      ...(alive === undefined ? [] : aliveItems(this.#deployment, alive)),
    ];
  }

  private monitored(): Monitored {
    const { pairs, evaluatorFailures, upkeepFailures } = this.queues;
    const all = { ...this.functions, ...this.#upkeep };
    const functions = Object.entries(all).map(([name, { fn }]) => [name, fn] as const);
    if (this.responder !== null) functions.push(['responder', this.responder.function.fn]);
    return {
      deployment: this.#deployment.name,
      filterName: this.filterName,
      heartbeatMinutes: this.#props.heartbeatMinutes ?? HEARTBEAT_MINUTES_DEFAULT,
      functions: Object.fromEntries(functions),
      serving: Object.keys(FUNCTIONS),
      queues: {
        // Timers of groups wait up to 15 minutes, deliveries to a failing receiver for hours.
        alerts: { queue: pairs.alerts.queue, oldestMinutes: 30 },
        deliveries: { queue: pairs.deliveries.queue, oldestMinutes: 60 },
        matcherFailures: { queue: pairs['matcher-failures'].queue, oldestMinutes: 15 },
      },
      deadLetters: {
        alertsDlq: pairs.alerts.deadLetters,
        deliveriesDlq: pairs.deliveries.deadLetters,
        matcherFailuresDlq: pairs['matcher-failures'].deadLetters,
        evaluatorDlq: evaluatorFailures,
        upkeepDlq: upkeepFailures,
      },
      tables: { config: this.tables.config, state: this.tables.state },
    };
  }
}

/** Of its own for each deployment: several may stand in one account. */
function linksSecretOf({ name }: Deployment): string {
  return `links-${name}`;
}

/**
 * The log groups of the product itself that it must not watch, for it would feed on its own log. The heartbeat's is
 * none of them.
 */
function refusedLogGroups({ ownPrefix }: Deployment): string[] {
  const upkeep = Object.keys(UPKEEP).filter((name) => name !== 'heartbeat');
  return [...Object.keys(FUNCTIONS), ...upkeep].map((name) => `${ownPrefix}${name}`);
}

/** null: the policy of the account watches all. */
function choose(props: TocsinProps, { ownPrefix }: Deployment): ChosenLogGroups | null {
  return props.accountPolicy === true ? null : chooseLogGroups(props.logGroups, ownPrefix);
}
