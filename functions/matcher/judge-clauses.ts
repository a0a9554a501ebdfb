/** Judging at once, with the batch that was recorded, what more events can only bring closer or end. */
import { applyBreach, type BreachDeps } from '../../shared/alerts/breach.ts';
import { judgeChange } from '../../shared/conditions/change.ts';
import { type ClauseRun, mergeRuns, seriesOf } from '../../shared/conditions/clauses.ts';
import { windowQuestion } from '../../shared/conditions/question.ts';
import { judgeWindows } from '../../shared/conditions/windows.ts';
import type { WhenClause } from '../../shared/config/model.ts';
import { readSets } from '../../shared/count/read.ts';
import { breachOf, withClause } from './breach-of.ts';
import { judgeRows } from './judge-rows.ts';
import { earliestOf, type Matches } from './matches.ts';
import { observationsOf, type RecordContext } from './record.ts';
import { tellNovelties } from './tell-novelties.ts';

interface Judged {
  runs: ClauseRun[];
  series: { at: number; value: number }[];
}

/**
 * Judges what can be told at once of a rule with other conditions than one count, and applies the breaches. Call it
 * after the events were recorded.
 */
export async function judgeClauses(deps: BreachDeps, context: RecordContext, found: Matches): Promise<void> {
  const judged: Judged = { runs: [], series: [] };
  for (const [index, clause] of found.rule.when.entries()) {
    const one = await judgeClause(deps, context, found, index, clause);
    judged.runs.push(...one.runs);
    if (judged.series.length === 0) judged.series = one.series;
  }
  for (const run of mergeRuns(judged.runs, 0, 0)) {
    await applyBreach(deps, breachOf(found, context, run, judged.series));
  }
}

async function judgeClause(
  deps: BreachDeps,
  context: RecordContext,
  found: Matches,
  index: number,
  clause: WhenClause,
): Promise<Judged> {
  const { rule, generation, series } = found;
  const own = seriesOf(rule, generation, series.fingerprint, index);
  const from = earliestOf(found);
  switch (clause.condition.kind) {
    case 'consecutive': {
      await judgeRows(deps, context, found, { ...clause, condition: clause.condition }, index);
      return { runs: [], series: [] };
    }
    case 'change': {
      const runs = await judgeChange(deps.state, own, from);
      return { runs: runs.map((run) => withClause(run, clause)), series: [] };
    }
    case 'novel':
      await tellNovelties(deps, context, found, { ...clause, condition: clause.condition }, index);
      return { runs: [], series: [] };
    default:
      return await judgeEarly(deps, context, found, index, clause, from);
  }
}

async function judgeEarly(
  deps: BreachDeps,
  { logStream }: RecordContext,
  found: Matches,
  index: number,
  clause: WhenClause,
  fromMs: number,
): Promise<Judged> {
  const question = windowQuestion(clause.condition);
  if (question?.early !== true || clause.forMs > 0) return { runs: [], series: [] };
  const { rule, generation, series, events } = found;
  const { concerns } = question;
  if (concerns !== undefined && !observationsOf(found, index, logStream).some(concerns)) {
    return { runs: [], series: [] };
  }
  const own = seriesOf(rule, generation, series.fingerprint, index);
  const latest = events.reduce((last, { timestamp }) => Math.max(last, timestamp), fromMs);
  const judged = await judgeWindows((from, to) => readSets(deps.state, own, from, to), question, {
    fromMs,
    nowMs: Math.max(latest, deps.clock()),
    sinceMs: fromMs,
    firstAt: fromMs,
  });
  return { runs: judged.runs.map((run) => withClause(run, clause)), series: judged.series };
}
