/**
 * On-demand list prices in us-east-1, USD, without free tiers: DynamoDB, SQS (standard), Lambda (x86), EventBridge
 * Scheduler, SES, Secrets Manager, CloudWatch custom metrics, standard-resolution alarms and dashboards.
 */
export const PRICES = {
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  sqsRequest: 0.4e-6,
  invocation: 0.2e-6,
  gbSecond: 16.6667e-6,
  scheduled: 1e-6,
  mail: 0.1e-3,
  /** A secret and month. */
  secret: 0.4,
  /** A metric and month, by how many there are. */
  metric: [
    { upTo: 10_000, each: 0.3 },
    { upTo: 250_000, each: 0.1 },
    { upTo: Number.POSITIVE_INFINITY, each: 0.05 },
  ],
  /** An alarm on one metric and month. */
  alarm: 0.1,
  /** A dashboard and month. */
  dashboard: 3,
};
