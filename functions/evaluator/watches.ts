/**
 * Conditions that only time can judge: windows that are over, `for`, absence. A watch is found through the due index
 * when there is something to judge; what holds becomes a breach as it would in the matcher.
 */
import { fingerprintOf, versionOf } from '../../shared/alerts/identity.ts';
import { beginAbsence } from '../../shared/conditions/absent.ts';
import { windowQuestion } from '../../shared/conditions/question.ts';
import {
  beginWatch,
  endWatch,
  keepOwn,
  loadWatch,
  ownWatch,
  restartWatch,
  type Watch,
  watchedBy,
  watchKey,
} from '../../shared/conditions/watch.ts';
import { intervalsAt } from '../../shared/config/calendar.ts';
import type { Rule } from '../../shared/config/model.ts';
import type { Key } from '../../shared/ports.ts';
import type { RuleVersion } from '../../shared/revision.ts';
import type { Current } from '../../shared/snapshot/current.ts';
import { judgeAbsenceOf } from './absences.ts';
import { knowsLess } from './behind.ts';
import { type EvaluateDeps, lookEveryMs } from './deps.ts';
import { judgeWindowsOf } from './windows.ts';

/** Judges a watch that is due. */
export async function evaluateWatch(deps: EvaluateDeps, current: Current, key: Key): Promise<void> {
  const watch = await loadWatch(deps.state, key);
  if (watch?.dueAt === undefined || watch.dueAt > deps.clock()) return;
  const { ruleId } = watchedBy(key);
  const rule = current.configuration.rules.find(({ id }) => id === ruleId);
  if (knowsLess(current, rule, watch)) return;
  if (rule === undefined || !rule.enabled || versionOf(rule).generation !== watch.generation) {
    return await endWatch(deps.state, key, watch);
  }
  const own = await keepOwn(deps.state, key, watch, versionOf(rule));
  if (own !== undefined) await lookAt(deps, current, rule, key, own);
}

async function lookAt(
  deps: EvaluateDeps,
  { configuration }: Current,
  rule: Rule,
  key: Key,
  watch: Watch,
): Promise<void> {
  const { clause: index } = watchedBy(key);
  const names = rule.activeTimeIntervals;
  const isActive =
    names.length === 0 || intervalsAt(names, configuration.timeIntervals, deps.clock()).length > 0;
  // Where no event counts, that none comes proves nothing.
  if (!isActive && asksForAbsence(rule)) {
    const now = deps.clock();
    const everyMs = lookEveryMs(deps);
    await restartWatch(deps.state, key, watch, now, everyMs);
    const after = (at: number) => at + everyMs;
    deps.settled?.({ watch: key, others: [], nextAt: after(now), after, latestAt: Number.POSITIVE_INFINITY });
    return;
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
    for (const index of rule.when.keys()) await beginWatchOf(deps, rule, index);
  }
}

async function beginWatchOf(deps: EvaluateDeps, rule: Rule, index: number): Promise<void> {
  const condition = rule.when[index]?.condition;
  if (condition === undefined) return;
  const fingerprint = fingerprintOf(rule.id, {});
  const version = versionOf(rule);
  const now = deps.clock();
  if (condition.kind === 'absent') {
    const key = watchKey(rule.id, fingerprint, index);
    const begun = await beginAbsence(deps.state, key, condition, version, now);
    if (!begun) await ownWatch(deps.state, key, version);
  } else if (condition.kind === 'anomaly' || windowQuestion(condition)?.holdsWhenEmpty === true) {
    const key = watchKey(rule.id, fingerprint);
    const begun = await beginWatch(deps.state, key, emptyWatch(version, now), now);
    if (!begun) await ownWatch(deps.state, key, version);
  }
}

/** A watch to which no event belongs yet, from `now` (ms) on. */
function emptyWatch(version: RuleVersion, now: number): Watch {
  const none = { groupLabels: {}, source: null, lines: [], notes: 0, excluded: {} };
  return { ...version, ...none, firstAt: now, judgedTo: now, lookingTo: now };
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
