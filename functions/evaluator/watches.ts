/**
 * Conditions that only time can judge: windows that are over, `for`, absence. A watch is found through the due index
 * when there is something to judge; what holds becomes a breach as it would in the matcher.
 */
import { fingerprintOf, generationOf } from '../../shared/alerts/identity.ts';
import { beginAbsence } from '../../shared/conditions/absent.ts';
import { windowQuestion } from '../../shared/conditions/question.ts';
import {
  beginWatch,
  endWatch,
  loadWatch,
  restartWatch,
  type Watch,
  watchedBy,
  watchKey,
} from '../../shared/conditions/watch.ts';
import { intervalsAt } from '../../shared/config/calendar.ts';
import type { Configuration, Rule } from '../../shared/config/model.ts';
import type { Key } from '../../shared/ports.ts';
import { judgeAbsenceOf } from './absences.ts';
import { type EvaluateDeps, lookEveryMs } from './deps.ts';
import { judgeWindowsOf } from './windows.ts';

/** Judges a watch that is due. */
export async function evaluateWatch(
  deps: EvaluateDeps,
  configuration: Configuration,
  key: Key,
): Promise<void> {
  const watch = await loadWatch(deps.state, key);
  if (watch?.dueAt === undefined || watch.dueAt > deps.clock()) return;
  await lookAt(deps, configuration, key, watch);
}

async function lookAt(
  deps: EvaluateDeps,
  configuration: Configuration,
  key: Key,
  watch: Watch,
): Promise<void> {
  const { ruleId, clause: index } = watchedBy(key);
  const rule = configuration.rules.find(({ id }) => id === ruleId);
  if (rule === undefined || !rule.enabled || generationOf(rule) !== watch.generation) {
    return await endWatch(deps.state, key, watch);
  }
  const names = rule.activeTimeIntervals;
  const isActive =
    names.length === 0 || intervalsAt(names, configuration.timeIntervals, deps.clock()).length > 0;
  // Where no event counts, that none comes proves nothing.
  if (!isActive && asksForAbsence(rule)) {
    return await restartWatch(deps.state, key, watch, deps.clock(), lookEveryMs(deps));
  }
  if (index === null) return void (await judgeWindowsOf(deps, rule, key, watch));
  const clause = rule.when[index];
  if (clause?.condition.kind !== 'absent') return await endWatch(deps.state, key, watch);
  await judgeAbsenceOf(deps, rule, { ...clause, condition: clause.condition }, key, watch);
}

/**
 * Begins to watch rules without groups that must be asked even if no log ever comes: what holds where nothing happens,
 * and baselines, to which nothing belongs too. Called whenever rules changed.
 */
export async function beginWatches(deps: EvaluateDeps, rules: readonly Rule[]): Promise<void> {
  for (const rule of rules) {
    if (!rule.enabled || rule.groupBy.length > 0) continue;
    const fingerprint = fingerprintOf(rule.id, {});
    const generation = generationOf(rule);
    const now = deps.clock();
    for (const [index, { condition }] of rule.when.entries()) {
      if (condition.kind === 'absent') {
        const key = watchKey(rule.id, fingerprint, index);
        await beginAbsence(deps.state, key, condition, generation, now);
      } else if (condition.kind === 'anomaly' || windowQuestion(condition)?.holdsWhenEmpty === true) {
        const watch: Watch = {
          generation,
          groupLabels: {},
          source: null,
          lines: [],
          firstAt: now,
          judgedTo: now,
          lookingTo: now,
          notes: 0,
          excluded: {},
        };
        await beginWatch(deps.state, watchKey(rule.id, fingerprint), watch, now);
      }
    }
  }
}

/** Whether a rule may hold where nothing happens: what it says then rests on logs that are known to have come. */
export function asksForAbsence({ when }: Rule): boolean {
  return when.some(
    ({ condition }) =>
      condition.kind === 'absent' ||
      (condition.kind === 'anomaly' && condition.direction !== 'up') ||
      windowQuestion(condition)?.holdsWhenEmpty === true,
  );
}
