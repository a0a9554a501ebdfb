/**
 * A run of holding windows becomes an episode: claimed (written as a transition that nobody confirmed yet) and told to
 * the dispatcher. Judged by level, not by edge: called again after a crash or a redelivery it finds what was claimed,
 * and claims what was not; a claim that was not told is the evaluator's to finish.
 */
import { isWorse } from '../conditions/clauses.ts';
import { OPEN_END, type Run } from '../conditions/runs.ts';
import type { Rule } from '../config/model.ts';
import type { Happened } from '../happenings.ts';
import type { Key } from '../ports.ts';
import { isOvertaken, type RuleVersion } from '../revision.ts';
import { type BreachDecision, decideBreach, type Episode, overlapsEnded, resolvableAt } from './episode.ts';
import { carriedOn } from './held.ts';
import { versionOf } from './identity.ts';
import type { NotifiedAlert } from './notification.ts';
import {
  type AlertStoreDeps,
  headKey,
  loadEpisode,
  loadPastEpisodes,
  pastKey,
  tellDispatcher,
  writeEpisode,
} from './store.ts';

/** An alert before it is known when it began: everything that the rule and the events say about it. */
export type AlertDraft = Omit<
  NotifiedAlert,
  'status' | 'startsAt' | 'endsAt' | 'alreadyOver' | 'value' | 'peak' | 'endReason' | 'measured'
>;

export interface Breach {
  rule: Rule;
  run: Run;
  draft: AlertDraft;
  groupLabels: Record<string, string>;
  generation: string;
  /** Why nobody is to be told of this rule's alerts; null: somebody is. */
  withheld: string | null;
  /** The worse of two values of the condition; absent: the larger. */
  worse?: (a: number, b: number) => number;
  /**
   * All that holds was looked at, up to this (ms, event time): a severity may fall, the run's end is not read again
   * later, and what follows on it is only known from here on. Absent: only what some events changed was looked at.
   */
  knownTo?: number;
  /** The last of what held without an end has ended, with the run. */
  closes?: boolean;
  /** Why it ended, where that is more than that the condition no longer holds. */
  endReason?: string | null;
}

export interface BreachDeps extends AlertStoreDeps {
  happened: Happened;
}

const ATTEMPTS = 8;
/** Three windows, as they are judged at once. */
const CHART_POINTS_MAX = 180;
const TOO_LATE = 'it had ended more than an hour before it was found';

/** What the alert looks like afterwards; undefined where it is not firing. */
export async function applyBreach(deps: BreachDeps, breach: Breach): Promise<Episode | undefined> {
  const { ruleId, fingerprint } = breach.draft;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const latest = await loadEpisode(deps.state, headKey(ruleId, fingerprint));
    const now = Math.min(deps.clock(), (breach.knownTo ?? Number.POSITIVE_INFINITY) - 1);
    const decision = decideBreach(latest, breach.run, breach.rule.keepFiringMs, now);
    // While it fires by the rule as it is now, the rule as it was has nothing to add.
    if (
      latest?.alert.status === 'firing' &&
      decision.kind !== 'over' &&
      isOvertaken(versionOf(breach.rule), latest)
    )
      return latest;
    const done = await act(deps, breach, latest, decision);
    if (done !== 'moved') return done.episode;
  }
  throw new Error(
    `Alert ${fingerprint} of rule ${ruleId} changed ${ATTEMPTS} times while a breach was applied.`,
  );
}

type Done = { episode: Episode | undefined } | 'moved';

async function act(
  deps: BreachDeps,
  breach: Breach,
  latest: Episode | undefined,
  decision: BreachDecision,
): Promise<Done> {
  if (decision.kind === 'known') return { episode: undefined };
  if (decision.kind === 'over') return await recordOver(deps, breach, latest, decision.tell);
  if (decision.kind === 'join' && latest !== undefined)
    return await join(deps, breach, latest, decision.extend);
  const startsAt = await startAfterEnded(deps, breach, latest);
  // What the clock of another function took for over may reach beyond this run's end.
  if (startsAt > breach.run.startsAt && startsAt >= breach.run.endsAt) return { episode: undefined };
  if (latest?.alert.status === 'firing') return await end(deps, breach, latest);
  if (latest !== undefined) await stepAside(deps, latest);
  return await open(deps, breach, latest, startsAt);
}

/**
 * When a new episode starts, ms. A straggler may stretch one that has ended, at the head or beside it: what follows is
 * a new one, from there on.
 */
async function startAfterEnded(
  { state }: BreachDeps,
  { run, draft }: Breach,
  latest: Episode | undefined,
): Promise<number> {
  const ended = await loadPastEpisodes(state, draft.ruleId, draft.fingerprint);
  const stretched = ended.filter((episode) => overlapsEnded(episode, run));
  const from = Math.max(run.startsAt, latest?.heldUntil ?? 0, ...stretched.map(({ heldUntil }) => heldUntil));
  return run.gaps?.find((gap) => gap.from <= from && from < gap.to)?.to ?? from;
}

async function join(deps: BreachDeps, breach: Breach, latest: Episode, extend: boolean): Promise<Done> {
  const key = headKey(breach.draft.ruleId, breach.draft.fingerprint);
  const joined = extended(breach, latest, extend);
  const after = changesSeverity(breach, latest) ? { ...retold(breach, joined) } : joined;
  if (after === latest) return { episode: latest };
  if (!(await writeEpisode(deps, key, latest, after))) return 'moved';
  if (after.seq > latest.seq) {
    deps.happened({ type: 'alert', status: 'firing', alert: after.alert, withheld: after.withheld });
    await tellDispatcher(deps, key, after);
  }
  return { episode: after };
}

function extended(breach: Breach, latest: Episode, extend: boolean): Episode {
  const { run, worse = Math.max } = breach;
  const version = versionIn(breach, latest);
  const isClosed = breach.closes === true && latest.heldUntil === OPEN_END;
  if (isClosed) {
    const heldUntil = Math.max(run.endsAt, latest.alert.startsAt);
    const alert = { ...latest.alert, value: run.value, peak: worse(latest.alert.peak, run.peak) };
    return { ...latest, ...version, heldUntil, endReason: breach.endReason ?? null, alert };
  }
  const further = extend || (breach.knownTo !== undefined && run.endsAt > latest.heldUntil);
  if (!further) return isHeardOfAnew(breach, latest) ? { ...latest, ...version } : latest;
  const alert = { ...latest.alert, ...seenIn(breach, latest), peak: worse(latest.alert.peak, run.peak) };
  return { ...latest, ...version, heldUntil: run.endsAt, alert };
}

function versionIn({ rule, generation }: Breach, latest: Episode): RuleVersion {
  return { generation, revision: Math.max(latest.revision, versionOf(rule).revision) };
}

/** Whether it is the first that an alert of an older rule hears of a newer one that has it go on. */
function isHeardOfAnew({ rule, run, generation }: Breach, latest: Episode): boolean {
  // What waits for an event of the older rule would wait for ever.
  if (generation !== latest.generation && latest.heldUntil === OPEN_END && run.endsAt !== OPEN_END)
    return false;
  return generation !== latest.generation || versionOf(rule).revision > latest.revision;
}

/** What the latest window says, and the chart up to it. */
function seenIn(
  { draft, run }: Breach,
  latest: Episode,
): Pick<NotifiedAlert, 'value' | 'measured' | 'series'> {
  const { value, measured } = run;
  const from = draft.series[0]?.at ?? Number.POSITIVE_INFINITY;
  const series = [...latest.alert.series.filter(({ at }) => at < from), ...draft.series];
  return { value, series: series.slice(-CHART_POINTS_MAX), ...(measured === undefined ? {} : { measured }) };
}

/** Whether the alert is to be told again, with another severity: only of what reaches up to now. */
function changesSeverity({ draft, run, knownTo }: Breach, latest: Episode): boolean {
  if (draft.severity === latest.alert.severity || run.endsAt < latest.heldUntil) return false;
  return isWorse(draft.severity, latest.alert.severity) || knownTo !== undefined;
}

function retold(breach: Breach, latest: Episode): Episode {
  const { draft, withheld } = breach;
  const { severity, labels, condition } = draft;
  const alert = { ...latest.alert, severity, labels, condition, ...seenIn(breach, latest) };
  const seq = latest.seq + 1;
  return { ...latest, seq, alert, ...(withheld === null ? {} : { confirmedSeq: seq }) };
}

/**
 * What still fires seems to have had its time, and nobody came round to resolving it yet. Either what was counted since
 * carries it up to this run, or it ends where it stands, so that who stretches it meanwhile and who ends it cannot both
 * have their way; then all is decided again.
 */
async function end(deps: BreachDeps, { rule, run, knownTo }: Breach, latest: Episode): Promise<Done> {
  const { ruleId, fingerprint } = latest.alert;
  // Who looked at all that holds has told the alert of it before.
  const held = knownTo === undefined ? await carriedOn(deps.state, rule, latest, deps.clock()) : latest;
  const isOver = run.startsAt > resolvableAt(held);
  const after = isOver ? resolved(held, latest.endReason ?? null) : held;
  const isWritten = await writeEpisode(deps, headKey(ruleId, fingerprint), latest, after);
  if (isWritten && isOver) {
    deps.happened({ type: 'alert', status: 'resolved', alert: after.alert, withheld: after.withheld });
  }
  return 'moved';
}

/**
 * The latest episode, ended, makes room for a new one, and stays known beside it: what is delivered again must find it,
 * and whoever did not hear of its end is told from there.
 */
async function stepAside(deps: BreachDeps, latest: Episode): Promise<void> {
  const { ruleId, fingerprint, startsAt } = latest.alert;
  const key = pastKey(ruleId, fingerprint, startsAt);
  // Who read the head long before it wrote may have recorded the same episode as one that was over.
  const recorded = await loadEpisode(deps.state, key);
  if (recorded !== undefined && recorded.seq >= latest.seq) return;
  if (await writeEpisode(deps, key, recorded, latest)) await tellDispatcher(deps, key, latest);
}

async function open(
  deps: BreachDeps,
  breach: Breach,
  latest: Episode | undefined,
  startsAt: number,
): Promise<Done> {
  const key = headKey(breach.draft.ruleId, breach.draft.fingerprint);
  const episode = episodeFrom(breach, (latest?.seq ?? 0) + 1, {
    startsAt,
    status: 'firing',
    endsAt: null,
    alreadyOver: false,
  });
  if (!(await writeEpisode(deps, key, latest, episode))) return 'moved';
  deps.happened({ type: 'alert', status: 'firing', alert: episode.alert, withheld: episode.withheld });
  await tellDispatcher(deps, key, episode);
  return { episode };
}

async function recordOver(
  deps: BreachDeps,
  breach: Breach,
  latest: Episode | undefined,
  tell: boolean,
): Promise<Done> {
  const { ruleId, fingerprint } = breach.draft;
  const { startsAt, endsAt } = breach.run;
  // What was read of the alert may be old by now, and the run be part of what fires.
  const head = await loadEpisode(deps.state, headKey(ruleId, fingerprint));
  if (head?.seq !== latest?.seq || head?.heldUntil !== latest?.heldUntil) return 'moved';
  const ended = await loadPastEpisodes(deps.state, ruleId, fingerprint);
  if (latest !== undefined) ended.push(latest);
  if (ended.some((episode) => overlapsEnded(episode, breach.run))) return { episode: undefined };
  const over = episodeFrom(breach, 1, { startsAt, endsAt, status: 'resolved', alreadyOver: true });
  await settle(deps, pastKey(ruleId, fingerprint, startsAt), tell ? over : withhold(over, TOO_LATE));
  return { episode: undefined };
}

/** Writes an ended episode beside the head and tells the dispatcher, unless somebody has. */
async function settle(deps: BreachDeps, key: Key, episode: Episode): Promise<void> {
  if (!(await writeEpisode(deps, key, undefined, episode))) return;
  deps.happened({ type: 'alert', status: 'resolved', alert: episode.alert, withheld: episode.withheld });
  await tellDispatcher(deps, key, episode);
}

/** The episode after its end. `reason`: null where the condition simply no longer holds. */
export function resolved(episode: Episode, reason: string | null, endsAt?: number): Episode {
  const end = endsAt ?? episode.heldUntil + episode.keepFiringMs;
  const alert: NotifiedAlert = { ...episode.alert, status: 'resolved', endsAt: end, endReason: reason };
  const seq = episode.seq + 1;
  // A condition that was cut short held no longer than that: what comes after is another episode.
  const heldUntil = endsAt === undefined ? episode.heldUntil : Math.min(episode.heldUntil, endsAt);
  const after = { ...episode, seq, heldUntil, alert };
  return episode.withheld === null ? after : { ...after, confirmedSeq: seq };
}

function withhold(episode: Episode, reason: string): Episode {
  return { ...episode, withheld: reason, confirmedSeq: episode.seq };
}

function episodeFrom(
  { rule, run, draft, groupLabels, generation, withheld }: Breach,
  seq: number,
  span: Pick<NotifiedAlert, 'startsAt' | 'endsAt' | 'status' | 'alreadyOver'>,
): Episode {
  const measured = run.measured === undefined ? {} : { measured: run.measured };
  const told = { value: run.value, peak: run.peak, endReason: null, ...measured };
  const alert: NotifiedAlert = { ...draft, ...span, ...told };
  const heldUntil = run.endsAt;
  const episode = {
    seq,
    confirmedSeq: 0,
    generation,
    revision: versionOf(rule).revision,
    groupLabels,
    heldUntil,
    keepFiringMs: rule.keepFiringMs,
    receiver: rule.receiver,
    withheld,
    alert,
  };
  return withheld === null ? episode : withhold(episode, withheld);
}
