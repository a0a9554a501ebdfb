import type { Rule } from '../config/model.ts';
import type { LogBatch } from '../logs/event.ts';
import { compileGlobs } from './globs.ts';
import { Line } from './line.ts';
import { PatternError } from './pattern/ast.ts';
import { parsePattern } from './pattern/parse.ts';
import { Plan } from './plan.ts';
import { CompiledRule, type Hit } from './rule.ts';

export { checkRegex } from './regex.ts';
export type { Hit } from './rule.ts';

/** All rules of one version of the configuration, compiled to look at each line once. */
export interface Program {
  /** Calls `emit` for every event and rule with something to say: events in order, rules in order for each. */
  match(batch: LogBatch, emit: (hit: Hit) => void): void;
  /** Rules that could not be compiled, and were skipped. */
  readonly broken: readonly { ruleId: string; reason: string }[];
}

/** Log groups whose plan is remembered. */
const MAX_GROUPS = 2000;

/**
 * Compiles rules. A rule with only `match` hits on the events that match; one whose condition has `of` or `until`
 * also on events where that holds. Disabled rules are left out.
 */
export function compileProgram(rules: readonly Rule[]): Program {
  const broken: { ruleId: string; reason: string }[] = [];
  const compiled: CompiledRule[] = [];
  for (const [index, rule] of rules.entries()) {
    if (!rule.enabled) continue;
    try {
      compiled.push(new CompiledRule(rule, index));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      broken.push({ ruleId: rule.id, reason: error.message });
    }
  }
  const planOf = rememberPlans(compiled);
  return { broken, match: (batch, emit) => matchBatch(planOf(batch.logGroup), batch, emit) };
}

function matchBatch(plan: Plan, batch: LogBatch, emit: (hit: Hit) => void): void {
  if (plan.isEmpty) return;
  for (const event of batch.events) {
    if (plan.concerns(event.message)) plan.judge(new Line(event, batch), emit);
  }
}

/** Plans by log group; groups with the same rules share one. */
function rememberPlans(rules: readonly CompiledRule[]): (logGroup: string) => Plan {
  const globs = rules.map(({ rule }) => compileGlobs(rule.logGroups));
  const byGroup = new Map<string, Plan>();
  const byRules = new Map<string, Plan>();
  return (logGroup) => {
    const known = byGroup.get(logGroup);
    if (known) return known;
    const chosen = rules.filter((_, place) => globs[place]?.(logGroup));
    const key = chosen.map(({ index }) => index).join();
    const plan = byRules.get(key) ?? new Plan(chosen);
    forgetOldest(byGroup);
    forgetOldest(byRules);
    byGroup.set(logGroup, plan);
    byRules.set(key, plan);
    return plan;
  };
}

function forgetOldest(plans: Map<string, Plan>): void {
  const [oldest] = plans.keys();
  if (plans.size >= MAX_GROUPS && oldest !== undefined) plans.delete(oldest);
}

/** What is wrong with a filter pattern, and at which character; null where it is valid. */
export function checkPattern(text: string): { message: string; position: number } | null {
  try {
    parsePattern(text);
    return null;
  } catch (error) {
    if (error instanceof PatternError) return { message: error.message, position: error.position };
    throw error;
  }
}
