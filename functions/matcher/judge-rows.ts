/**
 * `consecutive`: what holds in a log stream until an event ends it, and for the alert until it has ended in every
 * stream. Events may come late: one that does not match may part a row that was told already, which then ends there.
 *
 * Two functions that write a row and what parts it may each read before the other has told: so whoever parts a row looks
 * after writing whether it is told; whoever tells of one that was not told, makes one complete, or finds after telling that
 * it was ended meanwhile, reads once more.
 */
import { applyBreach, type BreachDeps } from '../../shared/alerts/breach.ts';
import { endOpen } from '../../shared/alerts/end-open.ts';
import { versionOf } from '../../shared/alerts/identity.ts';
import { closeOpenEnd, hasOtherOpenEnds, isOpenEnd, noteOpenEnd } from '../../shared/alerts/open-ends.ts';
import { seriesOf } from '../../shared/conditions/clauses.ts';
import { type ConsecutiveCondition, judgeConsecutive } from '../../shared/conditions/consecutive.ts';
import type { Observation } from '../../shared/conditions/observation.ts';
import { OPEN_END, type Run } from '../../shared/conditions/runs.ts';
import type { WhenClause } from '../../shared/config/model.ts';
import { breachOf, withClause } from './breach-of.ts';
import { earliestOf, type Matches } from './matches.ts';
import { observationsOf, type RecordContext, streamOf, streamSeries } from './record.ts';

const PARTED = 'log events that came late show that it no longer held';

/** Judges the rows of the batch's log stream. Call it after the events were recorded. */
export async function judgeRows(
  deps: BreachDeps,
  context: RecordContext,
  found: Matches,
  clause: WhenClause & { condition: ConsecutiveCondition },
  index: number,
): Promise<void> {
  const { rule, generation, series } = found;
  const { state, clock } = deps;
  const own = seriesOf(rule, generation, series.fingerprint, index);
  const from = earliestOf(found);
  const stream = streamOf(context);
  const judge = () => judgeConsecutive(state, streamSeries(own, stream), clause.condition, from);
  const alert = { ruleId: rule.id, fingerprint: series.fingerprint, ...versionOf(rule) };
  const source = `${index}@${stream}`;
  const apply = async (runs: readonly Run[], othersHold: boolean) => {
    for (const run of runs) {
      const breach = breachOf(found, context, withClause(run, clause), []);
      await applyBreach(deps, { ...breach, closes: !isOpen(run) && !othersHold });
    }
  };
  const end = async (runs: readonly Run[], at: number) => {
    const othersHold = await closeOpenEnd(state, alert, source);
    await apply(runs, othersHold);
    if (!othersHold) await endOpen(deps, alert, at, PARTED);
  };
  const runs = await judge();
  const open = runs.find(isOpen);
  if (open === undefined) {
    const partedAt = firstOther(observationsOf(found, index, context.logStream));
    const isTold = partedAt !== undefined && (await isOpenEnd(state, alert, source));
    if (runs.length > 0 || isTold) await end(runs, partedAt ?? from);
    return;
  }
  const wasNoted = await noteOpenEnd(state, alert, source, clock());
  await apply(runs, runs.length > 1 && (await hasOtherOpenEnds(state, alert, source)));
  const mayBeParted = !wasNoted || open.startsAt >= from || !(await isOpenEnd(state, alert, source));
  if (!mayBeParted) return;
  const again = await judge();
  if (!again.some(isOpen)) await end(again, open.startsAt);
}

function isOpen({ endsAt }: Run): boolean {
  return endsAt === OPEN_END;
}

/** When the first event was logged that does not match, ms. */
function firstOther(observations: readonly Observation[]): number | undefined {
  const times = observations.filter(({ of, matched }) => of && !matched).map(({ at }) => at);
  return times.length === 0 ? undefined : Math.min(...times);
}
