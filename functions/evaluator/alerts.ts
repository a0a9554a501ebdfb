/** Alerts whose windows have drained or whose rule is no more, and those that were claimed and not confirmed. */
import { resolved } from '../../shared/alerts/breach.ts';
import { type Episode, resolvableAt } from '../../shared/alerts/episode.ts';
import { carriedOn } from '../../shared/alerts/held.ts';
import { generationOf, versionOf } from '../../shared/alerts/identity.ts';
import { forgetOpenEnds } from '../../shared/alerts/open-ends.ts';
import {
  episodeOf,
  extendClaim,
  loadEpisode,
  tellDispatcher,
  writeEpisode,
} from '../../shared/alerts/store.ts';
import { onlyCount } from '../../shared/conditions/count.ts';
import { OPEN_END } from '../../shared/conditions/runs.ts';
import { loadWatch, lookAgainAt, watchKey } from '../../shared/conditions/watch.ts';
import type { Rule } from '../../shared/config/model.ts';
import type { Key } from '../../shared/ports.ts';
import { isOvertaken } from '../../shared/revision.ts';
import type { Current } from '../../shared/snapshot/current.ts';
import { knowsLess } from './behind.ts';
import type { EvaluateDeps } from './deps.ts';
import { asksForAbsence } from './watches.ts';
import { lookAtWindows } from './windows.ts';

/** Longer than a round of the evaluator may take, ms. */
const CUT_SHORT_MS = 60_000;
const EDITED = 'the rule was edited';

/** Resolves an alert that is over, and sends again what nobody confirmed. */
export async function evaluateAlert(deps: EvaluateDeps, current: Current, key: Key): Promise<void> {
  const item = await deps.state.get(key);
  if (item === undefined) return;
  const episode = episodeOf(item);
  if (episode.confirmedSeq < episode.seq) {
    // The index may lag behind: perhaps it was claimed just now, and is on its way.
    if (Number(item.dueAt) > deps.clock()) return;
    deps.happened({
      type: 'recovered',
      what: `the ${episode.alert.status} of alert ${episode.alert.fingerprint}`,
    });
    await tellDispatcher(deps, key, episode);
    return await extendClaim(deps.state, key, episode.seq, deps.clock());
  }
  if (episode.alert.status !== 'firing') return;
  const rule = current.configuration.rules.find(({ id }) => id === episode.alert.ruleId);
  if (knowsLess(current, rule, episode)) return;
  const own = rule?.enabled === true ? await keepOwnAlert(deps, key, rule, episode) : episode;
  if (own !== undefined) await resolveIfOver(deps, key, rule, own);
}

/** Lets an alert that an older revision of its rule goes on with carry that of now; undefined: it has changed. */
async function keepOwnAlert(
  deps: EvaluateDeps,
  key: Key,
  rule: Rule,
  episode: Episode,
): Promise<Episode | undefined> {
  const { generation, revision } = versionOf(rule);
  if (episode.revision >= revision || episode.generation !== generation) return episode;
  const kept = { ...episode, revision };
  return (await writeEpisode(deps, key, episode, kept)) ? kept : undefined;
}

/**
 * As `evaluateAlert`, for an alert whose rule was edited. Where somebody put another watch in the place of the one that
 * knew of an absence, nobody would end it.
 */
export async function evaluateChangedAlert(deps: EvaluateDeps, current: Current, key: Key): Promise<void> {
  await evaluateAlert(deps, current, key);
  const episode = await loadEpisode(deps.state, key);
  if (episode === undefined || episode.confirmedSeq < episode.seq) return;
  if (episode.alert.status !== 'firing' || episode.heldUntil !== OPEN_END) return;
  const rule = current.configuration.rules.find(({ id }) => id === episode.alert.ruleId);
  if (rule === undefined || knowsLess(current, rule, episode)) return;
  if (await isWaitedFor(deps, rule, episode)) return;
  const end = Math.max(deps.clock(), episode.alert.startsAt);
  await resolveTo(deps, key, episode, resolved(episode, EDITED, end));
}

/** Whether somebody knows of what an alert whose end is open waits for. */
async function isWaitedFor({ state }: EvaluateDeps, rule: Rule, { alert }: Episode): Promise<boolean> {
  const { ruleId, fingerprint } = alert;
  const clauses = [...rule.when.keys()].filter((clause) => rule.when[clause]?.condition.kind === 'absent');
  if (clauses.length < rule.when.length) return true;
  for (const clause of clauses) {
    const watch = await loadWatch(state, watchKey(ruleId, fingerprint, clause));
    if (watch?.absentSince !== undefined && watch.generation === generationOf(rule)) return true;
  }
  return false;
}

async function resolveIfOver(
  deps: EvaluateDeps,
  key: Key,
  rule: Rule | undefined,
  before: Episode,
): Promise<void> {
  const episode = await looked(deps, key, rule, before);
  const next = episode === undefined ? undefined : await judgeAgain(deps, rule, episode);
  if (episode === undefined || next === undefined) return;
  if (next.alert.status === 'resolved' && episode.heldUntil === OPEN_END) {
    // A rule that is in force again by then tells anew of what still lacks; else nobody waits any more.
    const { ruleId, fingerprint } = episode.alert;
    await lookAgainAt(deps.state, ruleId, fingerprint, deps.clock() + CUT_SHORT_MS);
  }
  await resolveTo(deps, key, episode, next);
}

/** Writes and tells the episode as it is now, over or with its end further on. */
async function resolveTo(deps: EvaluateDeps, key: Key, episode: Episode, next: Episode): Promise<void> {
  if (!(await writeEpisode(deps, key, episode, next))) return;
  if (next.alert.status === 'resolved') {
    await forgetOpenEnds(deps.state, next.alert);
    deps.happened({ type: 'alert', status: 'resolved', alert: next.alert, withheld: next.withheld });
  }
  await tellDispatcher(deps, key, next);
}

/** The episode once everything that only time can judge was looked at; undefined where it goes on for now. */
async function looked(
  deps: EvaluateDeps,
  key: Key,
  rule: Rule | undefined,
  episode: Episode,
): Promise<Episode | undefined> {
  if (rule?.enabled !== true || onlyCount(rule) !== null) return episode;
  const { generation } = versionOf(rule);
  if (episode.heldUntil === OPEN_END && episode.generation !== generation) return episode;
  if (resolvableAt(episode) > deps.clock()) return undefined;
  if (asksForAbsence(rule) && (deps.logsEndAt?.() ?? Number.POSITIVE_INFINITY) < deps.clock())
    return undefined;
  const knownTo = await lookAtWindows(deps, rule, episode);
  const now = await loadEpisode(deps.state, key);
  if (now === undefined || isOvertaken(versionOf(rule), now)) return undefined;
  return now.alert.status === 'firing' && resolvableAt(now) < knownTo ? now : undefined;
}

/** The episode as it is now; undefined where its time has not come. */
async function judgeAgain(
  deps: EvaluateDeps,
  rule: Rule | undefined,
  episode: Episode,
): Promise<Episode | undefined> {
  const now = deps.clock();
  const end = Math.max(Math.min(now, episode.heldUntil), episode.alert.startsAt);
  if (rule === undefined) return resolved(episode, 'the rule was deleted', end);
  if (!rule.enabled) return resolved(episode, 'the rule was disabled', end);
  // What waited for an event of the rule as it was would wait forever.
  if (episode.heldUntil === OPEN_END && episode.generation !== generationOf(rule)) {
    return resolved(episode, EDITED, end);
  }
  if (resolvableAt(episode) > now) return undefined;
  // Windows of other conditions were looked at before.
  const held = onlyCount(rule) === null ? episode : await carriedOn(deps.state, rule, episode, now);
  const next = { ...held, ...versionOf(rule) };
  return resolvableAt(next) > now ? next : resolved(next, episode.endReason ?? null);
}
