import { fingerprintOf, generationOf } from '../../shared/alerts/identity.ts';
import type { Rule } from '../../shared/config/model.ts';
import type { Series } from '../../shared/count/store.ts';
import type { LogBatch, LogEvent } from '../../shared/logs/event.ts';
import { groupLabelsOf } from '../../shared/match/program.ts';
import type { Compiled } from './compile.ts';

/** The matched events of one series in a batch. */
export interface Matches {
  rule: Rule;
  generation: string;
  series: Series;
  groupLabels: Record<string, string>;
  events: LogEvent[];
}

/** Matches a batch, and gathers what belongs to the same rule and group. */
export function matchesBySeries(compiled: Compiled, batch: LogBatch): Matches[] {
  const found = new Map<string, Matches>();
  compiled.program.match(batch, (hit) => {
    if (!hit.matched) return;
    const groupLabels = groupLabelsOf(hit, compiled.redactor(hit.rule));
    const fingerprint = fingerprintOf(hit.rule.id, groupLabels);
    const known = found.get(fingerprint);
    if (known !== undefined) known.events.push(hit.event);
    else {
      const { rule } = hit;
      const generation = generationOf(rule);
      const series = { ruleId: rule.id, generation, fingerprint };
      found.set(fingerprint, { rule, generation, series, groupLabels, events: [hit.event] });
    }
  });
  return [...found.values()];
}
