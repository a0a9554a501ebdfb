/**
 * `absent`: no match for that long. The watch holds the last match and the last event that ended the wait; the deadline
 * is kept in processing time, with a grace for logs that are on their way.
 */

import type { Condition } from '../config/model.ts';
import { dueAt } from '../due.ts';
import type { LogSource } from '../logs/example.ts';
import type { Clause, Clock, Key, Table, Value } from '../ports.ts';
import type { RuleVersion } from '../revision.ts';
import { stored } from '../stored.ts';
import { ABSENCE_GRACE_MS } from './compare.ts';
import { OPEN_END, type Run } from './runs.ts';
import { type Absence, beginWatch, ownWatch, type Watch } from './watch.ts';

export type AbsentCondition = Extract<Condition, { kind: 'absent' }>;

/** So many absences are kept while nobody comes round to telling them: hours, if each is as short as can be. */
const FURTHER_MAX = 200;

/** What a batch says of an absence. */
export interface Presence extends RuleVersion {
  groupLabels: Record<string, string>;
  source: LogSource | null;
  lines: Watch['lines'];
  /** Times (ms) of the matches, in order. */
  matches: readonly number[];
  /** Times (ms) of the events that end the wait, in order. */
  ends: readonly number[];
}

/** A watch that waits for matches of a condition. */
interface Wait {
  table: Table;
  clock: Clock;
  key: Key;
  condition: AbsentCondition;
}

/** Notes matches and ends. Called again with the same batch it changes nothing. */
export async function notePresence(wait: Wait, presence: Presence): Promise<void> {
  const matches = stops(presence.matches, wait.condition.absentMs);
  let noted = Number.NEGATIVE_INFINITY;
  // In the order of their times: what follows on an end is a new wait.
  for (const at of [...matches, Number.POSITIVE_INFINITY]) {
    const end = presence.ends.findLast((ended) => ended < at);
    if (end !== undefined && end >= noted) await noteEnd(wait, presence, end);
    if (at < Number.POSITIVE_INFINITY) await noteMatch(wait, presence, at);
    noted = at;
  }
}

/** The last match, and those before and after a gap that is longer than may be. */
function stops(matches: readonly number[], absentMs: number): number[] {
  return matches.filter((at, index) => {
    const next = matches[index + 1];
    const before = matches[index - 1];
    return next === undefined || next - at > absentMs || before === undefined || at - before > absentMs;
  });
}

async function noteMatch(wait: Wait, presence: Presence, at: number): Promise<void> {
  const { table, key, condition } = wait;
  const { lines, source } = presence;
  const seen: Record<string, Value> = { lastAt: at, source: stored(source) };
  if (lines.length > 0) seen.lines = stored(lines);
  const latest = Math.max(0, at - condition.absentMs - ABSENCE_GRACE_MS);
  const noted = await table.update(key, { set: seen }, [
    [
      ...ownedBy(presence),
      { attribute: 'lastAt', is: '<', value: at },
      { attribute: 'lastAt', is: '>=', value: latest },
      { attribute: 'absentSince', is: 'absent' },
      // A wait that has ended may be due no more.
      { attribute: 'endedAt', is: 'absent' },
    ],
  ]);
  if (noted !== undefined) return;
  const watch = await ownWatch(table, key, presence);
  if (watch === 'overtaken') return;
  if (watch === undefined) {
    const fresh = freshWatch(presence, at);
    if (!(await beginWatch(table, key, fresh, deadline(fresh, condition)))) {
      await noteMatch(wait, presence, at);
    }
    return;
  }
  // Where the watch has changed meanwhile, all is decided again.
  if (!(await noteReturn(wait, watch, seen, at))) await noteMatch(wait, presence, at);
}

/** The watch is of this rule, and whoever knows less of it lets it be. */
function ownedBy({ generation, revision }: RuleVersion): Clause[] {
  return [
    { attribute: 'generation', is: '=', value: generation },
    { attribute: 'revision', is: '>=', value: revision },
  ];
}

/** The match ends an absence, one that was told or one that nobody came round to telling. False: the watch has changed. */
async function noteReturn(
  wait: Wait,
  watch: Watch,
  seen: Record<string, Value>,
  at: number,
): Promise<boolean> {
  const { table, clock, key } = wait;
  const { absentMs } = wait.condition;
  const { lastAt = at, endedAt = Number.NEGATIVE_INFINITY, absentSince, returnedAt } = watch;
  const wasWatched = endedAt < lastAt;
  const gap = wasWatched && at - lastAt > absentMs + ABSENCE_GRACE_MS ? lastAt + absentMs : undefined;
  const since = absentSince ?? gap;
  const set: Record<string, Value> = lastAt < at ? { ...seen } : {};
  if (since !== undefined && at > since && (returnedAt === undefined || at < returnedAt)) {
    Object.assign(set, { absentSince: since, returnedAt: at, ...dueAt(key, clock()) });
  } else if (gap !== undefined) {
    const further = [...(watch.furtherAbsences ?? []), { from: gap, to: at }];
    Object.assign(set, { furtherAbsences: further.slice(-FURTHER_MAX), ...dueAt(key, clock()) });
  } else if (lastAt < at && watch.dueAt === undefined) {
    Object.assign(set, dueAt(key, at + absentMs + ABSENCE_GRACE_MS));
  }
  if (Object.keys(set).length === 0) return true;
  const change = { set, remove: ['ttl'], add: { notes: 1 } };
  return (await table.update(key, change, [sameAs(watch)])) !== undefined;
}

async function noteEnd(wait: Wait, presence: Presence, at: number): Promise<void> {
  const { table, clock, key } = wait;
  const change = { set: { endedAt: at, ...dueAt(key, clock()) }, remove: ['ttl'], add: { notes: 1 } };
  const noted = await table.update(key, change, [
    [...ownedBy(presence), { attribute: 'endedAt', is: 'absent' }],
    [...ownedBy(presence), { attribute: 'endedAt', is: '<', value: at }],
  ]);
  if (noted !== undefined) return;
  const watch = await ownWatch(table, key, presence);
  if (watch === undefined || watch === 'overtaken' || (watch.endedAt ?? -1) >= at) return;
  await noteEnd(wait, presence, at);
}

/**
 * Notes an absence before it is told: an end or a match that comes meanwhile then ends what was told. False: the watch
 * has changed, and is to be judged again.
 */
export async function noteAbsence(table: Table, key: Key, watch: Watch, since: number): Promise<boolean> {
  const same = [...sameAs(watch), { attribute: 'notes', is: '=' as const, value: watch.notes }];
  return (await table.update(key, { set: { absentSince: since } }, [same])) !== undefined;
}

function sameAs({ generation, lastAt, absentSince, returnedAt, dueAt: at }: Watch) {
  const same = (attribute: string, value: string | number | undefined) =>
    value === undefined ? { attribute, is: 'absent' as const } : { attribute, is: '=' as const, value };
  return [
    same('generation', generation),
    same('lastAt', lastAt),
    same('absentSince', absentSince),
    same('returnedAt', returnedAt),
    same('dueAt', at),
  ];
}

function freshWatch({ generation, revision, groupLabels, source, lines }: Presence, at: number): Watch {
  const none = { notes: 0, excluded: {}, judgedTo: at, lookingTo: at, firstAt: at };
  return { generation, revision, groupLabels, source, lines, lastAt: at, ...none };
}

/** Begins the watch of a rule as a whole, from which on a match is expected. `at`: ms, processing time. */
export async function beginAbsence(
  table: Table,
  key: Key,
  condition: AbsentCondition,
  rule: RuleVersion,
  at: number,
): Promise<boolean> {
  const watch = freshWatch({ ...rule, groupLabels: {}, source: null, lines: [], matches: [], ends: [] }, at);
  return await beginWatch(table, key, watch, deadline(watch, condition));
}

function deadline({ lastAt = 0 }: Watch, { absentMs }: AbsentCondition): number {
  return lastAt + absentMs + ABSENCE_GRACE_MS;
}

/** What a watch says of an absence at `nowMs` (processing time). */
export interface AbsenceJudgement {
  /** The absence, without an end while it lasts; null: there is none. */
  run: Run | null;
  /** Why it ended, where that is more than that a match came. */
  endReason: string | null;
  absentSince: number | undefined;
  /** ms, processing time; null: not before events come. */
  nextAt: number | null;
  /** The group was away for so long that it is no longer expected. */
  isForgotten: boolean;
}

/** Judges a watch as it stands at `nowMs` (processing time), writing nothing. */
export function judgeAbsence(watch: Watch, condition: AbsentCondition, nowMs: number): AbsenceJudgement {
  const { lastAt = watch.firstAt, endedAt = Number.NEGATIVE_INFINITY, returnedAt } = watch;
  const { absentMs, forgetMs } = condition;
  const isAway = endedAt < lastAt && nowMs >= deadline({ ...watch, lastAt }, condition);
  const nothing = { endReason: null, absentSince: undefined, isForgotten: false };
  const since = watch.absentSince ?? (isAway ? lastAt + absentMs : undefined);
  const isWatched = endedAt < lastAt;
  if (since === undefined) {
    return { ...nothing, run: null, nextAt: isWatched ? deadline({ ...watch, lastAt }, condition) : null };
  }
  const run = (endsAt: number) => absenceRun({ from: since, to: endsAt }, condition);
  const nextAt = isWatched ? deadline({ ...watch, lastAt }, condition) : null;
  if (endedAt >= since - absentMs && endedAt < (returnedAt ?? Number.POSITIVE_INFINITY)) {
    const endReason = 'an event ended the watch';
    return { ...nothing, run: run(Math.max(endedAt, since)), endReason, nextAt };
  }
  if (returnedAt !== undefined) return { ...nothing, run: run(returnedAt), nextAt };
  if (forgetMs !== null && nowMs >= since - absentMs + forgetMs) {
    const end = Math.max(since, since - absentMs + forgetMs);
    const endReason = 'nothing came for so long that it is no longer expected';
    return { ...nothing, run: run(end), endReason, nextAt: null, isForgotten: true };
  }
  const forgottenAt = forgetMs === null ? null : since - absentMs + forgetMs;
  const away = Math.max(absentMs, nowMs - (since - absentMs));
  return {
    ...nothing,
    run: {
      startsAt: since,
      endsAt: OPEN_END,
      value: away,
      peak: away,
      measured: { since: since - absentMs },
    },
    absentSince: since,
    nextAt: forgottenAt,
  };
}

/** An absence that is over; its value is how long (ms) no match came. */
export function absenceRun({ from, to }: Absence, { absentMs }: AbsentCondition): Run {
  const away = absentMs + to - from;
  return { startsAt: from, endsAt: to, value: away, peak: away };
}
