import type { ClauseRun } from '../conditions/clauses.ts';
import type { Rule } from '../config/model.ts';
import type { AlertDraft } from './breach.ts';
import { alertLabels } from './identity.ts';
import type { ExampleLine, LogSource } from './notification.ts';

/** Stands in where no log event has come yet. */
const NO_SOURCE: LogSource = { account: '', region: '', logGroups: [] };

/** The alert of a rule and group as far as it is known before it is decided when it began. */
export function draftOf(
  rule: Rule,
  groupLabels: Record<string, string>,
  fingerprint: string,
  { severity, condition }: Pick<ClauseRun, 'severity' | 'condition'>,
  seen: { series: { at: number; value: number }[]; lines: ExampleLine[]; source: LogSource | null },
): AlertDraft {
  return {
    fingerprint,
    ruleId: rule.id,
    title: rule.title,
    severity,
    labels: { ...alertLabels(rule, groupLabels), severity },
    annotations: rule.annotations,
    condition,
    series: seen.series,
    lines: seen.lines,
    source: seen.source ?? NO_SOURCE,
  };
}
