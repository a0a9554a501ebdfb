/**
 * Until when an alert has held. Events that come while it fires and change nothing else are only counted; how far they
 * carry it is read from the counters when somebody has to know: who resolves it, or who finds the next breach first.
 */
import { seriesOf } from '../conditions/clauses.ts';
import { type CountCondition, judgeCount, onlyCount } from '../conditions/count.ts';
import { windowQuestion } from '../conditions/question.ts';
import type { Run } from '../conditions/runs.ts';
import { judgeWindows } from '../conditions/windows.ts';
import type { Rule } from '../config/model.ts';
import { readSets } from '../count/read.ts';
import type { Table } from '../ports.ts';
import { type Episode, resolvableAt } from './episode.ts';
import { generationOf } from './identity.ts';

/** How far back (windows) an episode is looked at again for its peak. */
const PEAK_WINDOWS = 2;

/** The episode as far as the counters carry it up to `now` (ms), by what is judged with every write. */
export async function carriedOn(table: Table, rule: Rule, episode: Episode, now: number): Promise<Episode> {
  const condition = onlyCount(rule);
  const found =
    condition === null
      ? await earlyRuns(table, rule, episode, now)
      : await countedRuns(table, rule, condition, episode, now);
  let carried = episode;
  for (const { run, worse } of found.sort((a, b) => a.run.startsAt - b.run.startsAt)) {
    if (run.startsAt > resolvableAt(carried)) break;
    const alert = { ...carried.alert, peak: worse(carried.alert.peak, run.peak) };
    carried = { ...carried, alert, heldUntil: Math.max(carried.heldUntil, run.endsAt) };
  }
  return carried;
}

interface Found {
  run: Run;
  /** The worse of two values of the run's condition. */
  worse: (a: number, b: number) => number;
}

async function countedRuns(
  table: Table,
  rule: Rule,
  condition: CountCondition,
  { alert, heldUntil }: Episode,
  now: number,
): Promise<Found[]> {
  const { ruleId, fingerprint, startsAt } = alert;
  const series = { ruleId, generation: generationOf(rule), fingerprint };
  const from = Math.max(startsAt, heldUntil - PEAK_WINDOWS * condition.withinMs);
  const { runs } = await judgeCount(table, series, condition, from, Math.max(now, heldUntil), startsAt);
  return runs.map((run) => ({ run, worse: Math.max }));
}

async function earlyRuns(
  table: Table,
  rule: Rule,
  { alert, heldUntil }: Episode,
  now: number,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const [index, { condition, forMs }] of rule.when.entries()) {
    const question = windowQuestion(condition);
    if (question?.early !== true || forMs > 0) continue;
    const series = seriesOf(rule, generationOf(rule), alert.fingerprint, index);
    const { slicing, span, worse } = question;
    const from = Math.max(alert.startsAt, heldUntil - PEAK_WINDOWS * span * slicing.sliceMs);
    const stretch = { fromMs: from, nowMs: Math.max(now, heldUntil), sinceMs: from, firstAt: from };
    const read = (first: number, last: number) => readSets(table, series, first, last);
    const { runs } = await judgeWindows(read, question, stretch);
    found.push(...runs.map((run) => ({ run, worse })));
  }
  return found;
}
