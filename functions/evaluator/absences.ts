/** What has not come: judged when its deadline has passed, or when it came at last. */
import { applyBreach } from '../../shared/alerts/breach.ts';
import { versionOf } from '../../shared/alerts/identity.ts';
import { closeOpenEnd, noteOpenEnd } from '../../shared/alerts/open-ends.ts';
import {
  type AbsentCondition,
  absenceRun,
  judgeAbsence,
  noteAbsence,
} from '../../shared/conditions/absent.ts';
import { OPEN_END, type Run } from '../../shared/conditions/runs.ts';
import { endWatch, noteLooked, type Watch, watchedBy } from '../../shared/conditions/watch.ts';
import type { Rule, WhenClause } from '../../shared/config/model.ts';
import { logDeliveryFails } from '../../shared/logs/delivery.ts';
import type { Key } from '../../shared/ports.ts';
import type { EvaluateDeps } from './deps.ts';
import { watchedBreach } from './watched-breach.ts';

/** While logs are known not to arrive, absence is asked again after so long (ms). */
const SUSPENDED_MS = 60_000;

/** Judges the watch of one `absent` clause. */
export async function judgeAbsenceOf(
  deps: EvaluateDeps,
  rule: Rule,
  clause: WhenClause & { condition: AbsentCondition },
  key: Key,
  watch: Watch,
): Promise<void> {
  const now = Math.min(deps.clock(), deps.logsEndAt?.() ?? Number.POSITIVE_INFINITY);
  const { fingerprint, clause: index } = watchedBy(key);
  const { run, endReason, absentSince, nextAt, isForgotten } = judgeAbsence(watch, clause.condition, now);
  const note = { judgedTo: watch.judgedTo, firstAt: watch.firstAt, excluded: {} };
  const context = { table: deps.state, clock: deps.clock };
  if (run !== null && watch.absentSince === undefined && (await logDeliveryFails(deps.state, now))) {
    deps.happened({ type: 'absence-suspended', ruleId: rule.id, labels: watch.groupLabels });
    return await noteLooked(context, key, watch, { ...note, nextAt: deps.clock() + SUSPENDED_MS });
  }
  const isNew = absentSince !== undefined && watch.absentSince === undefined;
  if (isNew && !(await noteAbsence(deps.state, key, watch, absentSince))) return;
  const { severity, condition } = clause;
  const breachBy = (found: Run) =>
    watchedBreach(rule, fingerprint, watch, { ...found, severity, condition }, []);
  if (run !== null) {
    const alert = { ruleId: rule.id, fingerprint, ...versionOf(rule) };
    const source = String(index);
    const breach = breachBy(run);
    if (run.endsAt === OPEN_END) {
      await noteOpenEnd(deps.state, alert, source, deps.clock());
      await applyBreach(deps, breach);
    } else {
      const othersHold = await closeOpenEnd(deps.state, alert, source);
      await applyBreach(deps, { ...breach, closes: !othersHold, endReason });
    }
  }
  for (const absence of watch.furtherAbsences ?? []) {
    await applyBreach(deps, breachBy(absenceRun(absence, condition)));
  }
  if (isForgotten) return await endWatch(deps.state, key, watch);
  await noteLooked(context, key, watch, { ...note, absentSince, nextAt });
}
