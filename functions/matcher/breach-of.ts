import type { Breach } from '../../shared/alerts/breach.ts';
import { draftOf } from '../../shared/alerts/draft.ts';
import type { ClauseRun } from '../../shared/conditions/clauses.ts';
import { windowQuestion } from '../../shared/conditions/question.ts';
import type { Run } from '../../shared/conditions/runs.ts';
import type { WhenClause } from '../../shared/config/model.ts';
import { withheldBy } from '../withheld.ts';
import type { Matches } from './matches.ts';
import type { RecordContext } from './record.ts';

/** A run of one clause. */
export function withClause(run: Run, { severity, condition }: WhenClause): ClauseRun {
  return { ...run, severity, condition };
}

/** What a run of a series in a batch means for its alert. */
export function breachOf(
  { rule, generation, series, groupLabels }: Matches,
  { lines, source }: RecordContext,
  run: ClauseRun,
  chart: { at: number; value: number }[],
): Breach {
  const question = windowQuestion(run.condition);
  return {
    rule,
    run,
    draft: draftOf(rule, groupLabels, series.fingerprint, run, { series: chart, lines: lines(), source }),
    groupLabels,
    generation,
    withheld: withheldBy(rule),
    ...(question === null ? {} : { worse: question.worse }),
  };
}
