import type { Breach } from '../../shared/alerts/breach.ts';
import { draftOf } from '../../shared/alerts/draft.ts';
import type { ClauseRun } from '../../shared/conditions/clauses.ts';
import { windowQuestion } from '../../shared/conditions/question.ts';
import type { Watch } from '../../shared/conditions/watch.ts';
import type { Rule } from '../../shared/config/model.ts';
import { withheldBy } from '../withheld.ts';

/** What a run that was found by looking means for its alert; what the watch has seen last stands for its events. */
export function watchedBreach(
  rule: Rule,
  fingerprint: string,
  { groupLabels, generation, lines, source }: Watch,
  run: ClauseRun,
  series: { at: number; value: number }[],
): Breach {
  const question = windowQuestion(run.condition);
  return {
    rule,
    run,
    draft: draftOf(rule, groupLabels, fingerprint, run, { series, lines, source }),
    groupLabels,
    generation,
    withheld: withheldBy(rule),
    ...(question === null ? {} : { worse: question.worse }),
  };
}
