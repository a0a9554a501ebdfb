import { intervalsAt } from '../../shared/config/calendar.ts';
import type { Configuration, Rule } from '../../shared/config/model.ts';
import type { Happened } from '../../shared/happenings.ts';
import { insightsFilter } from '../../shared/match/insights-filter.ts';
import { compileProgram, type Program } from '../../shared/match/program.ts';
import { createRedactor, type Redactor } from '../../shared/match/redact.ts';
import type { Current } from '../../shared/snapshot/current.ts';

/** What the matcher works by: one version of the configuration, compiled. */
export interface Compiled {
  configuration: Configuration;
  program: Program;
  redactor(rule: Rule): Redactor;
  /** What narrows Logs Insights to a rule's lines; null: nothing does. */
  insightsFilter(rule: Rule): string | null;
  /** Whether events of a time (ms) count for a rule. */
  isActive(rule: Rule, at: number): boolean;
}

/** Compiles each version of the configuration once. */
export function compiler(happened: Happened): (current: Current) => Compiled {
  let known: { version: number; compiled: Compiled } | undefined;
  return ({ version, configuration }) => {
    if (known?.version !== version) known = { version, compiled: compile(configuration, happened) };
    return known.compiled;
  };
}

function compile(configuration: Configuration, happened: Happened): Compiled {
  const program = compileProgram(configuration.rules);
  for (const { ruleId, reason } of program.broken) {
    happened({ type: 'configuration', kind: 'rule', id: ruleId, path: 'match', reason });
  }
  const redactors = new Map<string, Redactor>();
  const redactor = (rule: Rule) => {
    const { redact, redactSecrets = true } = configuration.settings;
    const known = redactors.get(rule.id) ?? createRedactor([...redact, ...rule.redact], redactSecrets);
    redactors.set(rule.id, known);
    return known;
  };
  const filters = new Map<string, string | null>();
  const filterOf = (rule: Rule) => {
    const known = filters.get(rule.id);
    const filter = known === undefined ? insightsFilter(rule) : known;
    filters.set(rule.id, filter);
    return filter;
  };
  const isActive = ({ activeTimeIntervals: names }: Rule, at: number) =>
    names.length === 0 || intervalsAt(names, configuration.timeIntervals, at).length > 0;
  return { configuration, program, redactor, insightsFilter: filterOf, isActive };
}
