import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ownMetric, subscriptionMetric } from './metrics.ts';
import type { Monitored } from './monitored.ts';

const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);

interface Symptom {
  metric: IMetric;
  /** What the alarm says: what is wrong, and where to look. */
  says: string;
  /** Reached or exceeded in every one of `periods`. */
  threshold: number;
  periods: number;
}

/**
 * Alarms on what would make tocsin blind or dumb. They leave through SNS, which does not depend on tocsin.
 */
export class Alarms extends Construct {
  readonly all: Alarm[] = [];
  readonly #topic: ITopic;
  readonly #monitored: Monitored;

  constructor(scope: Construct, id: string, monitored: Monitored, topic: ITopic) {
    super(scope, id);
    this.#topic = topic;
    this.#monitored = monitored;
    this.watchSubscriptions();
    this.watchFunctions();
    this.watchQueues();
    this.watchTables();
    this.watchTime();
    if (monitored.heartbeatMinutes > 0) this.watchHeartbeat(monitored.heartbeatMinutes);
  }

  private watchSubscriptions(): void {
    const { filterName } = this.#monitored;
    this.raise('LogsNotDelivered', {
      metric: subscriptionMetric(filterName, 'DeliveryErrors', FIVE_MINUTES),
      says: 'CloudWatch Logs cannot hand log events to the matcher: tocsin does not see them.',
      threshold: 1,
      periods: 1,
    });
    this.raise('LogsThrottled', {
      metric: subscriptionMetric(filterName, 'DeliveryThrottling', FIVE_MINUTES),
      says: 'CloudWatch Logs is throttled in handing log events to the matcher: they come late.',
      threshold: 1,
      periods: 3,
    });
    this.raise('SubscriptionsRefused', {
      metric: this.own('RefusedSubscriptions', 'Sum', HOUR),
      says: 'Log groups cannot be subscribed: the log of the subscriber names each and says why.',
      threshold: 1,
      periods: 1,
    });
  }

  /**
   * What keeps the deployment going has no alarms of its own: its failures end in a dead-letter queue that has. Throttles
   * of what queues invoke show in the age of their messages, those of the evaluator in its silence.
   */
  private watchFunctions(): void {
    const { serving, functions } = this.#monitored;
    for (const name of serving) {
      const fn = functions[name];
      if (fn === undefined) continue;
      this.raise(`${name}Errors`, {
        metric: fn.metricErrors({ period: FIVE_MINUTES }),
        says: `Invocations of the ${name} fail; its log says why.`,
        threshold: 1,
        periods: 2,
      });
    }
    const throttles = functions.matcher?.metricThrottles({ period: FIVE_MINUTES });
    if (throttles !== undefined)
      this.raise('matcherThrottles', {
        metric: throttles,
        says: "The matcher is throttled: the account's concurrency, or its own, is used up, and log events come late.",
        threshold: 1,
        periods: 3,
      });
  }

  private watchQueues(): void {
    const { queues, deadLetters } = this.#monitored;
    for (const [name, { queue, oldestMinutes }] of Object.entries(queues))
      this.raise(`${name}Old`, {
        metric: queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES, statistic: 'Maximum' }),
        says: `Messages wait in the queue ${name} for more than ${oldestMinutes} minutes.`,
        threshold: oldestMinutes * 60,
        periods: 1,
      });
    for (const [name, queue] of Object.entries(deadLetters))
      this.raise(`${name}Filled`, {
        metric: queue.metricApproximateNumberOfMessagesVisible({
          period: FIVE_MINUTES,
          statistic: 'Maximum',
        }),
        says: `Something failed for good and lies in the queue ${name} with its reason.`,
        threshold: 1,
        periods: 1,
      });
  }

  private watchTables(): void {
    for (const kind of ['Read', 'Write'])
      this.raise(`State${kind}sThrottled`, {
        metric: new Metric({
          namespace: 'AWS/DynamoDB',
          metricName: `${kind}ThrottleEvents`,
          dimensionsMap: { TableName: this.#monitored.tables.state.tableName },
          statistic: 'Sum',
          period: FIVE_MINUTES,
        }),
        says: `DynamoDB throttles ${kind.toLowerCase()}s of the state: counting and sending come late.`,
        threshold: 1,
        periods: 3,
      });
  }

  private watchTime(): void {
    const invocations = this.#monitored.functions.evaluator?.metricInvocations({ period: FIVE_MINUTES });
    if (invocations !== undefined)
      this.add('EvaluatorSilent', {
        metric: invocations,
        alarmDescription:
          'The evaluator has not run for five minutes: alerts do not resolve, absence is not seen.',
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
      });
    this.raise('MailsReturned', {
      metric: this.own('ReturnedMails', 'Sum', FIVE_MINUTES),
      says: 'Mails come back from addresses of receivers, or are called spam there: `tocsin alerts` names them.',
      threshold: 1,
      periods: 1,
    });
    this.raise('ItemsBroken', {
      metric: this.own('BrokenItems', 'Minimum', FIVE_MINUTES),
      says: 'Items of the configuration do not work as they stand; their last good versions are in force.',
      threshold: 1,
      periods: 3,
    });
    this.raise('Late', {
      metric: this.own('DeliveryLag', 'p90', FIVE_MINUTES),
      says: 'From log event to message it takes more than 15 minutes.',
      threshold: Duration.minutes(15).toMilliseconds(),
      periods: 3,
    });
  }

  private watchHeartbeat(everyMinutes: number): void {
    const period = Duration.minutes(Math.max(5, everyMinutes));
    this.add('HeartbeatLost', {
      metric: this.own('Heartbeats', 'Sum', period),
      alarmDescription:
        'Lines that must come out as deliveries do not: somewhere between CloudWatch Logs and the notifier nothing moves.',
      threshold: 1,
      evaluationPeriods: 3,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
    this.raise('HeartbeatLate', {
      metric: this.own('HeartbeatLag', 'Minimum', period),
      says: 'A line takes more than a minute from its log group to its delivery.',
      threshold: Duration.minutes(1).toMilliseconds(),
      periods: 3,
    });
  }

  private own(name: Parameters<typeof ownMetric>[1], statistic: string, period: Duration): IMetric {
    return ownMetric(this.#monitored.deployment, name, statistic, period);
  }

  private raise(id: string, { metric, says, threshold, periods }: Symptom): void {
    this.add(id, {
      metric,
      alarmDescription: says,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private add(id: string, props: ConstructorParameters<typeof Alarm>[2]): void {
    const alarm = new Alarm(this, id, props);
    alarm.addAlarmAction(new SnsAction(this.#topic));
    alarm.addOkAction(new SnsAction(this.#topic));
    this.all.push(alarm);
  }
}
