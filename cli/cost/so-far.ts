/** What a month has cost until now, from the sums that the functions keep. */
import type { Configuration } from '../../shared/config/model.ts';
import type { Usage } from '../../shared/usage.ts';
import { estimate, MONTH_MS, type RuleLoad } from './estimate.ts';

/** USD by list prices: until now, and of 30 days that go on like this. */
export interface Bill {
  soFar: number;
  month: number;
}

/** @param elapsedMs since when the sums run */
export function billOf(configuration: Configuration, usage: Usage, elapsedMs: number): Bill {
  const months = Math.max(elapsedMs, 1) / MONTH_MS;
  const inForce = configuration.rules.filter(({ enabled }) => enabled);
  const first = inForce.find(({ action }) => action === 'notify') ?? inForce[0];
  // The sums name no rule, and what a match or an alert costs hardly depends on it.
  const all: RuleLoad = {
    matches: usage.matched / months,
    touches: usage.touched / months,
    alerts: usage.alerts / months,
  };
  const rules = new Map(first === undefined ? [] : [[first.id, all] as const]);
  const load = { events: usage.events / months, batches: usage.batches / months, rules };
  const { total } = estimate(configuration, load);
  return { soFar: total * months, month: total };
}
