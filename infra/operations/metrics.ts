import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** Where functions count what happens (functions/metrics.ts). */
const NAMESPACE = 'tocsin';

export type OwnMetric =
  | 'Events'
  | 'Matches'
  | 'UncountedEvents'
  | 'GroupsExceeded'
  | 'LogLag'
  | 'AlertsBegun'
  | 'AlertsEnded'
  | 'DeliveryLag'
  | 'BrokenItems'
  | 'RefusedSubscriptions'
  | 'Recovered'
  | 'ReturnedMails'
  | 'Heartbeats'
  | 'HeartbeatLag';

/** A metric of the functions, of one deployment. */
export function ownMetric(
  deployment: string,
  metricName: OwnMetric,
  statistic: string,
  period: Duration,
): Metric {
  return new Metric({
    namespace: NAMESPACE,
    metricName,
    statistic,
    period,
    dimensionsMap: { service: deployment },
  });
}

/** Deliveries of a deployment, a line for each channel and outcome. */
export function deliveriesByOutcome(deployment: string, period: Duration): IMetric {
  return new MathExpression({
    expression: `SEARCH('{${NAMESPACE},service,channel,outcome} service="${deployment}" MetricName="Deliveries"', 'Sum', ${period.toSeconds()})`,
    usingMetrics: {},
    label: '',
    period,
  });
}

/** What CloudWatch Logs counts about handing over the events of every subscribed log group, those by glob included. */
export function subscriptionMetric(
  filterName: string,
  metricName: 'DeliveryErrors' | 'DeliveryThrottling' | 'ForwardedLogEvents',
  period: Duration,
): IMetric {
  return new MathExpression({
    expression: `SELECT SUM(${metricName}) FROM "AWS/Logs" WHERE FilterName = '${filterName}'`,
    usingMetrics: {},
    label: metricName,
    period,
  });
}
