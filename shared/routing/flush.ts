/**
 * What a group says when its timer rings: Alertmanager's decision (notify/dedup_stage.go of prometheus/alertmanager),
 * with one difference on purpose: a breach that was over before anybody was told is told, too (contract §1.3).
 */
import type { NotifiedAlert } from '../alerts/notification.ts';

/** One alert's episode in a group, and what the group's receiver was last told of it. */
export interface Member {
  seq: number;
  generation: string;
  alert: NotifiedAlert;
  told: 'nothing' | 'firing' | 'resolved';
}

export interface FlushDecision {
  send: boolean;
  /** In words, for the message, the log, the page. */
  reason: string;
  /** What the notification holds: everything that fires, and what is over and was not told yet. */
  members: Member[];
}

/** Why a group is told again of what it was told before. */
export const REPEATED = 'repeat interval elapsed';

/**
 * Decides at `now` (ms, processing time). `lastSentAt`: when the group last notified, null before the first time.
 */
export function decideFlush(
  members: readonly Member[],
  lastSentAt: number | null,
  repeatIntervalMs: number,
  now: number,
): FlushDecision {
  const firing = members.filter(({ alert }) => alert.status === 'firing');
  const resolved = members.filter(({ alert, told }) => alert.status === 'resolved' && told === 'firing');
  const over = members
    .filter(({ alert, told }) => alert.status === 'resolved' && told === 'nothing')
    .map((member) => ({ ...member, alert: { ...member.alert, alreadyOver: true } }));
  const fresh = firing.filter(({ told }) => told !== 'firing');
  const content = [...firing, ...over, ...resolved];
  const because = (reason: string): FlushDecision => ({ send: true, reason, members: content });
  if (fresh.length + over.length > 0) {
    return because(lastSentAt === null ? 'first notification of the group' : 'new alerts in the group');
  }
  if (resolved.length > 0) return because(firing.length === 0 ? 'all alerts resolved' : 'alerts resolved');
  if (firing.length === 0)
    return { send: false, reason: 'nothing fires and nothing is left to tell', members: [] };
  if (lastSentAt !== null && now >= lastSentAt + repeatIntervalMs) return because(REPEATED);
  return { send: false, reason: 'nothing changed and the repeat interval has not passed', members: [] };
}

/** `firing` while anything fires or a breach is told for the first time, otherwise `resolved`. */
export function statusOf(members: readonly Member[]): 'firing' | 'resolved' {
  return members.some(({ alert }) => alert.status === 'firing' || alert.alreadyOver) ? 'firing' : 'resolved';
}
