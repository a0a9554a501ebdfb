/**
 * On-demand list prices in us-east-1, USD, without free tiers: DynamoDB, SQS (standard), Lambda (x86), EventBridge
 * Scheduler, CloudWatch custom metrics and standard-resolution alarms.
 */
export const PRICES = {
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  sqsRequest: 0.4e-6,
  invocation: 0.2e-6,
  gbSecond: 16.6667e-6,
  scheduled: 1e-6,
  /** A metric and month, by how many there are. */
  metric: [
    { upTo: 10_000, each: 0.3 },
    { upTo: 250_000, each: 0.1 },
    { upTo: Number.POSITIVE_INFINITY, each: 0.05 },
  ],
  /** An alarm on one metric and month. */
  alarm: 0.1,
};

/** A month of metric filters with one metric and one alarm per group; the filters themselves cost nothing. */
export function metricFilterBill(groups: number): number {
  let [bill, counted] = [groups * PRICES.alarm, 0];
  for (const { upTo, each } of PRICES.metric) {
    const inTier = Math.max(0, Math.min(groups, upTo) - counted);
    bill += inTier * each;
    counted += inTier;
  }
  return bill;
}
