import { PRICES } from '../../../cli/cost/prices.ts';

export { PRICES };

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
