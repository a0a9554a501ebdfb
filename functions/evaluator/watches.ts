/**
 * Conditions that only time can judge: windows that are over, `for`, absence. A watch is found through the due index
 * when there is something to judge; what holds becomes a breach as it would in the matcher.
 */
import { applyBreach, type Breach } from '../../shared/alerts/breach.ts';
import { draftOf } from '../../shared/alerts/draft.ts';
import { type Episode, STRAGGLERS_MS } from '../../shared/alerts/episode.ts';
import { fingerprintOf, generationOf } from '../../shared/alerts/identity.ts';
import { closeOpenEnd, noteOpenEnd } from '../../shared/alerts/open-ends.ts';
import {
  type AbsentCondition,
  absenceRun,
  beginAbsence,
  judgeAbsence,
} from '../../shared/conditions/absent.ts';
import { type ClauseRun, mergeRuns } from '../../shared/conditions/clauses.ts';
import { GRACE_MS } from '../../shared/conditions/compare.ts';
import { judgeTimed, type TimedJudgement } from '../../shared/conditions/judge.ts';
import { windowQuestion } from '../../shared/conditions/question.ts';
import { OPEN_END, type Run } from '../../shared/conditions/runs.ts';
import {
  beginLook,
  beginWatch,
  endWatch,
  loadWatch,
  noteLooked,
  restartWatch,
  type Watch,
  watchedBy,
  watchKey,
} from '../../shared/conditions/watch.ts';
import { intervalsAt } from '../../shared/config/calendar.ts';
import type { Configuration, Rule, WhenClause } from '../../shared/config/model.ts';
import { logDeliveryFails } from '../../shared/logs/delivery.ts';
import type { Key } from '../../shared/ports.ts';
import { withheldBy } from '../withheld.ts';
import type { EvaluateDeps } from './evaluate.ts';

/**
 * Windows need not be looked at more often than this (ms), however short their slices: a little less than the minute
 * after which the evaluator is invoked again, so that it is never a moment too early.
 */
const LOOK_EVERY_MS = 55_000;
/** While logs are known not to arrive, absence is asked again after so long (ms). */
const SUSPENDED_MS = 60_000;

function lookEveryMs({ lookEveryMs: every = LOOK_EVERY_MS }: EvaluateDeps): number {
  return every;
}

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

/**
 * Judges the windows of an alert now, whether or not they are due. Answers before when (ms, event time) no window ends
 * that was not judged.
 */
export async function lookAtWindows(deps: EvaluateDeps, rule: Rule, episode: Episode): Promise<number> {
  const { fingerprint } = episode.alert;
  const key = watchKey(rule.id, fingerprint);
  const watch = await loadWatch(deps.state, key);
  if (watch?.generation === generationOf(rule)) return await judgeWindowsOf(deps, rule, key, watch);
  // What is judged with every write has no watch; its windows are judged again as far as the alert reaches.
  const { knownTo } = await judgeFrom(deps, rule, fingerprint, watchFrom(rule, episode));
  return knownTo;
}

/** How far back (ms) of a known end windows are judged again. */
const AGAIN_MS = 60_000;

function watchFrom(rule: Rule, { alert, groupLabels, heldUntil }: Episode): Watch {
  const judgedTo = Math.max(alert.startsAt, heldUntil - AGAIN_MS);
  const { source, lines } = alert;
  const begun = { firstAt: alert.startsAt, judgedTo, lookingTo: judgedTo, notes: 0, excluded: {} };
  return { generation: generationOf(rule), groupLabels, source, lines: [...lines], ...begun };
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

/** Answers before when (ms, event time) no window ends that was not judged. */
async function judgeWindowsOf(deps: EvaluateDeps, rule: Rule, key: Key, watch: Watch): Promise<number> {
  const now = deps.clock();
  const { fingerprint } = watchedBy(key);
  if (!(await beginLook(deps.state, key, watch, now - GRACE_MS))) return Number.NEGATIVE_INFINITY;
  const { judgedTo, knownTo, excluded, nextAt, pendingSince } = await judgeFrom(
    deps,
    rule,
    fingerprint,
    watch,
  );
  const looked = {
    // A watch that began with an event ahead of now, and was touched before it, has windows in between to be judged.
    judgedTo: watch.touchedFrom === undefined ? Math.max(watch.judgedTo, judgedTo) : judgedTo,
    firstAt: firstOf(watch),
    excluded,
    nextAt: nextAt === null ? null : Math.max(nextAt, now + lookEveryMs(deps)),
    pendingSince,
  };
  await noteLooked({ table: deps.state, clock: deps.clock }, key, watch, looked);
  return knownTo;
}

function firstOf({ firstAt, touchedFrom = firstAt }: Watch): number {
  return Math.min(firstAt, touchedFrom);
}

/** Judges all windows that a watch has not seen, and applies what holds. */
async function judgeFrom(
  deps: EvaluateDeps,
  rule: Rule,
  fingerprint: string,
  watch: Watch,
): Promise<TimedJudgement> {
  const judged = await judgeTimed(deps.state, rule, watch.generation, fingerprint, {
    fromMs: Math.min(watch.judgedTo, watch.touchedFrom ?? watch.judgedTo),
    nowMs: deps.clock(),
    logsEndAt: deps.logsEndAt?.() ?? Number.POSITIVE_INFINITY,
    firstAt: firstOf(watch),
    excluded: watch.excluded,
  });
  for (const run of mergeRuns(judged.runs, rule.keepFiringMs + STRAGGLERS_MS, watch.judgedTo)) {
    const breach = breachOf(rule, fingerprint, watch, run, judged.series);
    await applyBreach(deps, { ...breach, knownTo: judged.knownTo });
  }
  return judged;
}

async function judgeAbsenceOf(
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
  const { severity, condition } = clause;
  const breachBy = (found: Run) => breachOf(rule, fingerprint, watch, { ...found, severity, condition }, []);
  if (run !== null) {
    const alert = { ruleId: rule.id, fingerprint };
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

function breachOf(
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
