/**
 * On-demand list prices in us-east-1, USD, without free tiers. AWS's own price pages could not be read when these were
 * checked (2026-11-21); beside each stands where it was found, and from when that is.
 */
export const PRICES = {
  /** DynamoDB: airbyte.com/data-engineering-resources/dynamodb-pricing, 2025-07-21, after the cut of 2024-11-01. */
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  /** SQS, standard queues: cloudburn.io/blog/amazon-sqs-pricing, 2026-03-14; the same on factualminds.com, 2026-06-13. */
  sqsRequest: 0.4e-6,
  /**
   * On top where a message names a group (fair queues): cloudburn.io, 2026-03-14. Which of its requests pay it was not
   * to be found: taken for all of them.
   */
  sqsFair: 0.1e-6,
  /** Lambda on arm64, which all functions run on: cloudchipr.com/blog/aws-lambda-pricing, 2024. x86 costs 16.6667e-6. */
  gbSecond: 13.3334e-6,
  invocation: 0.2e-6,
  /** EventBridge Scheduler: cloudburn.io/blog/amazon-eventbridge-pricing, 2026-03-13. */
  scheduled: 1e-6,
  /** CloudWatch Logs, a byte taken in, first tier: duckbillgroup.com on Lambda's logs, 2025-05; factualminds.com, 2026-06-13. */
  loggedByte: 0.5e-9,
  /** SES: acecloudinterviews.com/tutorials/aws/ses, without a date. */
  mail: 0.1e-3,
  /** Secrets Manager, a secret and month: hivebook.wiki, without a date. */
  secret: 0.4,
  /**
   * CloudWatch, a metric and month, by how many there are: signoz.io/guides/cloudwatch-pricing, 2026-02-15, for the
   * first tier; the others are not verified.
   */
  metric: [
    { upTo: 10_000, each: 0.3 },
    { upTo: 250_000, each: 0.1 },
    { upTo: Number.POSITIVE_INFINITY, each: 0.05 },
  ],
  /** A standard-resolution alarm on one metric and month: c3x.dev/resources/aws/aws_cloudwatch_metric_alarm, no date. */
  alarm: 0.1,
  /** A dashboard and month: factualminds.com on CloudWatch, 2026-06-13. */
  dashboard: 3,
};
