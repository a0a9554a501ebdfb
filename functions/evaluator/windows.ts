/** Windows that are over: judged by whoever finds their watch due, and before an alert resolves. */
import { applyBreach } from '../../shared/alerts/breach.ts';
import { type Episode, resolvableAt, STRAGGLERS_MS } from '../../shared/alerts/episode.ts';
import { versionOf } from '../../shared/alerts/identity.ts';
import { headKey, loadEpisode } from '../../shared/alerts/store.ts';
import { mergeRuns } from '../../shared/conditions/clauses.ts';
import { GRACE_MS } from '../../shared/conditions/compare.ts';
import {
  judgeTimed,
  longestStepMs,
  nextSettledLook,
  type TimedJudgement,
} from '../../shared/conditions/judge.ts';
import {
  beginLook,
  loadWatch,
  noteLooked,
  type Watch,
  watchedBy,
  watchKey,
} from '../../shared/conditions/watch.ts';
import type { Fired } from '../../shared/conditions/windows.ts';
import type { Rule } from '../../shared/config/model.ts';
import type { Key } from '../../shared/ports.ts';
import { isOvertaken } from '../../shared/revision.ts';
import { type EvaluateDeps, lookEveryMs } from './deps.ts';
import { watchedBreach } from './watched-breach.ts';

/**
 * Judges the windows of an alert now. Those that are not due are judged again when they are: until then functions rely
 * on nobody having noted that they were. Answers before when (ms, event time) no window ends that was not judged.
 */
export async function lookAtWindows(deps: EvaluateDeps, rule: Rule, episode: Episode): Promise<number> {
  const { fingerprint } = episode.alert;
  const key = watchKey(rule.id, fingerprint);
  const watch = await loadWatch(deps.state, key);
  if (watch !== undefined && isOvertaken(versionOf(rule), watch)) return Number.NEGATIVE_INFINITY;
  if (watch?.generation === versionOf(rule).generation) {
    const isDue = watch.dueAt === undefined || watch.dueAt <= deps.clock();
    if (isDue) return await judgeWindowsOf(deps, rule, key, watch);
    return (await judgeFrom(deps, rule, fingerprint, watch)).knownTo;
  }
  // What is judged with every write has no watch; its windows are judged again as far as the alert reaches.
  const { knownTo } = await judgeFrom(deps, rule, fingerprint, watchFrom(rule, episode));
  return knownTo;
}

/** One look judges so much (ms, event time): who is far behind comes nearer with every look, and ends in time. */
const LOOK_MS = 6 * 3_600_000;
/** Less would not reach the end of the next window, nor wait for its events. */
const LOOK_STEPS_MIN = 3;

/** How far back (ms) of a known end windows are judged again. */
const AGAIN_MS = 60_000;

function watchFrom(rule: Rule, { alert, groupLabels, heldUntil }: Episode): Watch {
  const judgedTo = Math.max(alert.startsAt, heldUntil - AGAIN_MS);
  const { source, lines } = alert;
  const begun = { firstAt: alert.startsAt, judgedTo, lookingTo: judgedTo, notes: 0, excluded: {} };
  return { ...versionOf(rule), groupLabels, source, lines: [...lines], ...begun };
}

/** Judges a watch of windows. Answers before when (ms, event time) no window ends that was not judged. */
export async function judgeWindowsOf(
  deps: EvaluateDeps,
  rule: Rule,
  key: Key,
  watch: Watch,
): Promise<number> {
  const now = deps.clock();
  const { fingerprint } = watchedBy(key);
  if (!(await beginLook(deps.state, key, watch, now - GRACE_MS))) return Number.NEGATIVE_INFINITY;
  const judgement = await judgeFrom(deps, rule, fingerprint, watch);
  const { judgedTo, knownTo, excluded, nextAt, pendingSince } = judgement;
  const looked = {
    // A watch that began with an event ahead of now, and was touched before it, has windows in between to be judged.
    judgedTo: watch.touchedFrom === undefined ? Math.max(watch.judgedTo, judgedTo) : judgedTo,
    firstAt: firstOf(watch),
    excluded,
    nextAt: nextAt === null ? null : Math.max(nextAt, now + lookEveryMs(deps)),
    pendingSince,
  };
  await noteLooked({ table: deps.state, clock: deps.clock }, key, watch, looked);
  const { settled } = judgement;
  if (settled !== null && looked.nextAt !== null) {
    deps.settled?.({
      watch: key,
      others: settled.holds ? [headKey(rule.id, fingerprint)] : [],
      nextAt: looked.nextAt,
      after: (at) => Math.max(nextSettledLook(rule, at), at + lookEveryMs(deps)),
      latestAt: Math.min(settled.until, looked.judgedTo + reachMs(rule)),
    });
  }
  return knownTo;
}

function firstOf({ firstAt, touchedFrom = firstAt }: Watch): number {
  return Math.min(firstAt, touchedFrom);
}

/** Judges the windows that a watch has not seen, the earliest first, and applies what holds. */
async function judgeFrom(
  deps: EvaluateDeps,
  rule: Rule,
  fingerprint: string,
  watch: Watch,
): Promise<TimedJudgement> {
  const now = deps.clock();
  const fromMs = Math.min(watch.judgedTo, watch.touchedFrom ?? watch.judgedTo);
  const nowMs = Math.min(now, fromMs + reachMs(rule));
  const judged = await judgeTimed(deps.state, rule, watch.generation, fingerprint, {
    fromMs,
    nowMs,
    logsEndAt: deps.logsEndAt?.() ?? Number.POSITIVE_INFINITY,
    firstAt: firstOf(watch),
    excluded: watch.excluded,
    fired: firedOf(deps, rule, fingerprint, watch),
  });
  for (const run of mergeRuns(judged.runs, rule.keepFiringMs + STRAGGLERS_MS, watch.judgedTo)) {
    const breach = watchedBreach(rule, fingerprint, watch, run, judged.series);
    await applyBreach(deps, { ...breach, knownTo: judged.knownTo });
  }
  return nowMs < now ? { ...judged, nextAt: now, settled: null } : judged;
}

function reachMs(rule: Rule): number {
  return Math.max(LOOK_MS, LOOK_STEPS_MIN * longestStepMs(rule));
}

/** Where several conditions decide on the severity, each has to hold for its own time. */
function firedOf(
  { state }: EvaluateDeps,
  { id, when, keepFiringMs }: Rule,
  fingerprint: string,
  { generation, judgedTo }: Watch,
): (() => Promise<Fired>) | null {
  if (when.length > 1 || when.every(({ forMs }) => forMs === 0)) return null;
  return async () => {
    const known = { lastsMs: keepFiringMs + STRAGGLERS_MS, lookedTo: judgedTo };
    const episode = await loadEpisode(state, headKey(id, fingerprint));
    if (episode?.alert.status !== 'firing' || episode.generation !== generation)
      return { ...known, span: null };
    return { ...known, span: { from: episode.alert.startsAt, to: resolvableAt(episode) } };
  };
}
