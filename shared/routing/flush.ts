/**
 * What a group says when its timer rings: Alertmanager's decision (notify/dedup_stage.go of prometheus/alertmanager),
 * with differences on purpose (README.md of this folder): a breach that was over before anybody was told is told, too;
 * whoever was told of a beginning is told of the end, whatever keeps the alert quiet since; and when quiet ends, one
 * message sums up what happened.
 */
import type { NotifiedAlert } from '../alerts/notification.ts';
import { isSignOfLife } from '../alerts/signs-of-life.ts';
import type { Severity } from '../config/model.ts';
import type { Decision } from './decisions.ts';
import type { Quiet } from './quiet.ts';

/** One alert's episode in a group, and what the group's receiver was last told of it. */
export interface Member {
  seq: number;
  generation: string;
  alert: NotifiedAlert;
  told: 'nothing' | 'firing' | 'resolved';
  /** With which severity it was told to fire last, and with which ever. */
  toldSeverity?: Severity;
  toldSeverities?: Severity[];
  /** When that was for the first time, processing time, ms. */
  firstToldAt?: number;
  /** What it was before it came to this group, told elsewhere until then. */
  severityBefore?: Severity;
  /** Its severity changed, and other routes tell of it; here only its end is told. */
  moved?: boolean;
  /** What kept it quiet when the group was looked at last. */
  quiet?: Quiet;
  /** So many steps of escalation are done with. */
  escalated?: number;
  /** An acknowledgement, by its time, and what the time of the others counts from because of it; ms. */
  heldBack?: { acknowledgedAt: number; from: number };
  log?: Decision[];
}

/** A member as a flush sees it. */
export interface Considered extends Member {
  /** What keeps it quiet now. */
  quietNow: Quiet | null;
  /** Somebody said to be at it, and still counts. */
  isAcknowledged: boolean;
}

export interface FlushDecision<Weighed extends Considered = Considered> {
  send: boolean;
  /** In words, for the message, the log, the page. */
  reason: string;
  /** Tells one notification from another that holds the same alerts; null: what it holds does. */
  occasion: 'repeat' | 'end of quiet' | 'reminder' | null;
  /** What the notification holds: everything that fires, and what is over and was not told yet. */
  members: Weighed[];
}

/** What a group knows of itself when it decides. Times in ms. */
export interface GroupTimes {
  /** When the group last notified; null: it never did. */
  lastSentAt: number | null;
  /** null: never again. */
  repeatIntervalMs: number | null;
  /** The silences whose end was announced. */
  reminded: readonly string[];
}

/** So many alerts that were over behind a silence or mute are summed up at its end. */
const SUMMED_UP_MAX = 200;

/** The reason of a notification that tells nothing new. */
export const REPEATED = 'repeat interval elapsed';

const silent = (reason: string) => ({ send: false, reason, occasion: null, members: [] });

/** Decides at `now` (ms, processing time). */
export function decideFlush<Weighed extends Considered>(
  members: readonly Weighed[],
  { lastSentAt, repeatIntervalMs, reminded }: GroupTimes,
  now: number,
): FlushDecision<Weighed> {
  const audible = members.filter(({ quietNow, moved }) => quietNow === null && moved !== true);
  const firing = audible.filter(({ alert }) => alert.status === 'firing');
  const resolved = members.filter(({ alert, told }) => alert.status === 'resolved' && told === 'firing');
  const over = audible
    .filter(({ alert, told }) => alert.status === 'resolved' && told === 'nothing')
    .map((member) => ({
      ...member,
      alert: { ...member.alert, alreadyOver: !isSignOfLife(member.alert.ruleId) },
    }));
  const content = [...firing, ...over, ...resolved];
  const because = (reason: string, occasion: FlushDecision['occasion'] = null): FlushDecision<Weighed> => ({
    send: true,
    reason,
    occasion,
    members: content,
  });

  const released = [...firing, ...over].filter(isReleased);
  if (released.length > 0) return because(endOfQuiet(released), 'end of quiet');
  const fresh = [...firing.filter(({ told }) => told !== 'firing'), ...over];
  const changed = firing.filter(
    ({ told, toldSeverity, alert, severityBefore }) =>
      (told === 'firing' && toldSeverity !== undefined && toldSeverity !== alert.severity) ||
      (told === 'nothing' && severityBefore !== undefined),
  );
  if (changed.length > 0 && changed.length >= fresh.length) return because(severityChange(changed));
  if (fresh.length > 0) {
    return because(lastSentAt === null ? 'first notification of the group' : 'new alerts in the group');
  }
  if (resolved.length > 0) return because(firing.length === 0 ? 'all alerts resolved' : 'alerts resolved');
  const waiting = members.filter((member) => isToRemind(member, reminded));
  if (waiting.length > 0)
    return { send: true, reason: reminder(waiting), occasion: 'reminder', members: waiting };
  if (firing.length === 0) return silent(whyNothing(members));
  if (lastSentAt === null || repeatIntervalMs === null || now < lastSentAt + repeatIntervalMs)
    return silent('nothing changed and the repeat interval has not passed');
  if (firing.every(({ isAcknowledged }) => isAcknowledged))
    return silent('the repeat interval elapsed, but everything that fires is acknowledged');
  return because(REPEATED, 'repeat');
}

/** `firing` while anything fires or a breach is told for the first time, otherwise `resolved`. */
export function statusOf(members: readonly Member[]): 'firing' | 'resolved' {
  return members.some(({ alert }) => alert.status === 'firing' || alert.alreadyOver) ? 'firing' : 'resolved';
}

/** Members that ended where nobody is to hear of it: what caused them is known, or others tell of them. */
export function withheldForGood<Weighed extends Considered>(
  members: readonly Weighed[],
): { member: Weighed; reason: string }[] {
  const over = members.filter(({ alert, told }) => alert.status === 'resolved' && told === 'nothing');
  const kept = over.filter(({ quietNow, moved }) => isToSumUp(quietNow) && moved !== true);
  const excess = new Set(kept.slice(0, Math.max(kept.length - SUMMED_UP_MAX, 0)));
  return over.flatMap((member) => {
    const { moved, quietNow } = member;
    if (moved === true) return [{ member, reason: 'told by other routes since its severity changed' }];
    if (quietNow === null || (isToSumUp(quietNow) && !excess.has(member))) return [];
    const rest = excess.has(member) ? `; more than ${SUMMED_UP_MAX} such are not summed up` : '';
    return [{ member, reason: `over before it was told; ${quietNow.reason}${rest}` }];
  });
}

function isToSumUp(quiet: Quiet | null): boolean {
  return quiet !== null && quiet.kind !== 'inhibition';
}

/** Those whose quiet began or changed since the group was looked at. */
export function newlyQuiet<Weighed extends Considered>(
  members: readonly Weighed[],
): { member: Weighed; quiet: Quiet }[] {
  return members.flatMap((member) => {
    const { quiet: before, quietNow } = member;
    if (quietNow === null || before?.reason === quietNow.reason) return [];
    // What is both inhibited and was silenced is still to be summed up when both are over.
    return before !== undefined && before.kind !== 'inhibition' && quietNow.kind === 'inhibition'
      ? []
      : [{ member, quiet: quietNow }];
  });
}

/** Was quiet, and is not any more; an inhibition that ended is only told of where the alert was not. */
function isReleased({ quiet, told }: Considered): boolean {
  return quiet !== undefined && (quiet.kind !== 'inhibition' || told === 'nothing');
}

function endOfQuiet(released: readonly Considered[]): string {
  const names = [...new Set(released.flatMap(({ quiet }) => quiet?.name ?? []))];
  const untold = released.filter(({ told }) => told === 'nothing').length;
  const firing = released.filter(({ alert }) => alert.status === 'firing').length;
  const shown = names.slice(0, 3).join(', ');
  const rest = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${shown}${rest} ended: ${counted(untold)} began meanwhile, ${counted(firing)} still firing`;
}

/** It fires behind a silence that ends soon. */
function isToRemind({ alert, moved, quietNow }: Considered, reminded: readonly string[]): boolean {
  const ends = quietNow?.endsSoon;
  return ends !== undefined && alert.status === 'firing' && moved !== true && !reminded.includes(ends.id);
}

function reminder(waiting: readonly Considered[]): string {
  const names = new Set(
    waiting.flatMap(({ quietNow }) =>
      quietNow?.endsSoon === undefined
        ? []
        : `${quietNow.name} ends at ${new Date(quietNow.endsSoon.at).toISOString()}`,
    ),
  );
  return `${[...names].slice(0, 3).join(', ')}: ${counted(waiting.length)} still firing behind it`;
}

function counted(alerts: number): string {
  return alerts === 1 ? '1 alert' : `${alerts} alerts`;
}

function severityChange(changed: readonly Considered[]): string {
  const steps = new Set(
    changed.map(
      ({ toldSeverity, severityBefore, alert }) => `${toldSeverity ?? severityBefore} to ${alert.severity}`,
    ),
  );
  return `severity changed from ${[...steps].join(', ')}`;
}

function whyNothing(members: readonly Considered[]): string {
  const reasons = new Set(
    members
      .filter(({ moved, told, alert }) => moved !== true && alert.status !== told)
      .flatMap(({ quietNow }) => quietNow?.reason ?? []),
  );
  return reasons.size === 0
    ? 'nothing fires and nothing is left to tell'
    : `everything there is to tell is kept quiet: ${[...reasons].slice(0, 3).join('; ')}`;
}
