import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  PeriodOverride,
  SingleValueWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { deliveriesByOutcome, type OwnMetric, ownMetric, subscriptionMetric } from './metrics.ts';
import type { Monitored } from './monitored.ts';

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const WIDTH = 24;

/** The operator's dashboard: what comes in, what goes out, how late, and what is wrong. */
export function createDashboard(
  scope: Construct,
  id: string,
  monitored: Monitored,
  alarms: readonly Alarm[],
): Dashboard {
  const dashboard = new Dashboard(scope, id, {
    periodOverride: PeriodOverride.AUTO,
    defaultInterval: Duration.hours(6),
  });
  if (alarms.length > 0)
    dashboard.addWidgets(
      new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: WIDTH, height: 5 }),
    );
  dashboard.addWidgets(...throughput(monitored));
  dashboard.addWidgets(...lateness(monitored));
  dashboard.addWidgets(...health(monitored));
  return dashboard;
}

type Own = (name: OwnMetric, statistic?: string) => IMetric;

function ownOf({ deployment }: Monitored): Own {
  return (name, statistic = 'Sum') => ownMetric(deployment, name, statistic, MINUTE);
}

/** What comes in and what goes out. */
function throughput(monitored: Monitored): IWidget[] {
  const own = ownOf(monitored);
  return [
    graph('Log events', [
      own('Events'),
      subscriptionMetric(monitored.filterName, 'ForwardedLogEvents', MINUTE),
    ]),
    graph('Matches', [own('Matches'), own('UncountedEvents'), own('GroupsExceeded')]),
    graph('Alerts', [own('AlertsBegun'), own('AlertsEnded')]),
    graph('Deliveries', [deliveriesByOutcome(monitored.deployment, MINUTE)]),
  ];
}

/** How late it is, what waits, and what was not done. */
function lateness(monitored: Monitored): IWidget[] {
  const own = ownOf(monitored);
  return [
    graph('From log event to matcher, ms', [own('LogLag', 'p50'), own('LogLag', 'p99')]),
    graph('From log event to message, ms', [
      own('DeliveryLag', 'p50'),
      own('DeliveryLag', 'p99'),
      own('HeartbeatLag', 'Maximum'),
    ]),
    graph(
      'Waiting',
      Object.values(monitored.queues).map(({ queue }) =>
        queue.metricApproximateNumberOfMessagesVisible({ period: MINUTE }),
      ),
    ),
    new SingleValueWidget({
      title: 'Failed for good, broken, finished for others',
      width: WIDTH / 4,
      height: 6,
      metrics: [
        ...Object.values(monitored.deadLetters).map((queue) =>
          queue.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES, statistic: 'Maximum' }),
        ),
        own('BrokenItems', 'Maximum'),
        own('Recovered'),
        own('ReturnedMails'),
      ],
    }),
  ];
}

/** How the functions and tables fare. */
function health(monitored: Monitored): IWidget[] {
  const functions = Object.values(monitored.functions);
  return [
    graph(
      'Errors',
      functions.map((fn) => fn.metricErrors({ period: MINUTE })),
    ),
    graph(
      'Throttles',
      functions.map((fn) => fn.metricThrottles({ period: MINUTE })),
    ),
    graph(
      'Duration p99, ms',
      functions.map((fn) => fn.metricDuration({ period: MINUTE, statistic: 'p99' })),
    ),
    graph(
      'Capacity consumed',
      Object.values(monitored.tables).flatMap((table) => [
        table.metricConsumedReadCapacityUnits({ period: MINUTE }),
        table.metricConsumedWriteCapacityUnits({ period: MINUTE }),
      ]),
    ),
  ];
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: WIDTH / 4, height: 6, leftYAxis: { min: 0 } });
}
