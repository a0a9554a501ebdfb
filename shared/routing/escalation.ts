/**
 * When an alert goes to the next receiver: a step's time after it was told, unless somebody acknowledged it. When the
 * acknowledgement runs out, or the alert gets worse than what was acknowledged, the time counts anew. Pure.
 */
import { type Acknowledgement, acknowledgementEnd } from '../alerts/acknowledgement.ts';
import { SEVERITIES } from '../config/model.ts';
import { formatDuration } from '../text/durations.ts';
import type { Member } from './flush.ts';
import type { TakenRoute } from './tree.ts';

/** The route of each step: told at once, and once. */
export function stepRoutesOf(route: TakenRoute): TakenRoute[] {
  return route.escalate.map(({ afterMs, receiver }, index) => ({
    ...route,
    id: `${route.id}!${index + 1}`,
    receiver,
    groupWaitMs: 0,
    repeatIntervalMs: null,
    escalate: [],
    escalatedAfterMs: afterMs,
  }));
}

/** When a member's next step is due, ms, infinite while an acknowledgement holds; null: there is none. */
export function stepAt({ escalate: steps }: TakenRoute, member: Member): number | null {
  const { told, moved, alert, escalated = 0 } = member;
  if (told !== 'firing' || moved === true || alert.status !== 'firing') return null;
  const step = steps[escalated];
  const from = countedFrom(member);
  return step === undefined || from === undefined ? null : from + step.afterMs;
}

/** When the next step of any member is due, ms; one that is overdue waits for the group's next round. */
export function nextStepAt(route: TakenRoute, members: readonly Member[], now: number): number {
  const times = members
    .filter(({ quiet }) => quiet === undefined)
    .flatMap((member) => stepAt(route, member) ?? [])
    .filter((at) => at > now);
  return times.reduce((earliest, at) => Math.min(earliest, at), Number.POSITIVE_INFINITY);
}

/** Worse than what was told before now. */
export function isWorseThanTold({ alert, toldSeverity = alert.severity }: Member): boolean {
  return SEVERITIES.indexOf(alert.severity) > SEVERITIES.indexOf(toldSeverity);
}

/**
 * The member as an acknowledgement leaves its steps at `now`. `worseAt`: when it is told that the alert got worse, if
 * it did. Times in ms.
 */
export function heldBackBy<Escalating extends Member>(
  acknowledgement: Acknowledgement,
  member: Escalating,
  { now, worseAt }: { now: number; worseAt: number },
): Escalating {
  const { at: acknowledgedAt, until } = acknowledgement;
  const held = (from: number): Escalating => ({ ...member, heldBack: { acknowledgedAt, from } });
  const from = countedFrom(member) ?? 0;
  if (acknowledgementEnd(acknowledgement, member.alert, now) === 'the alert got worse') {
    const isCounted = member.heldBack?.acknowledgedAt === acknowledgedAt && from <= now;
    return isCounted ? member : held(Math.min(worseAt, until ?? worseAt));
  }
  if (until === null) return held(Number.POSITIVE_INFINITY);
  return until > from ? held(until) : member;
}

/** Why a member's next step is not taken at `now` (ms), in words. */
export function waitsBecause({ escalate: steps }: TakenRoute, member: Member, now: number): string {
  const step = steps[member.escalated ?? 0];
  const within = formatDuration(step?.afterMs ?? 0, 'en');
  const from = countedFrom(member) ?? now;
  if (from === Number.POSITIVE_INFINITY)
    return `not escalated to ${step?.receiver}: acknowledged within ${within}`;
  return from > now
    ? `escalation to ${step?.receiver} waits: acknowledged until ${new Date(from).toISOString()}, ${within} count from then`
    : `escalation to ${step?.receiver} waits: the acknowledgement ended, ${within} count anew`;
}

/** What the steps' times count from, ms. */
function countedFrom({ firstToldAt, heldBack }: Member): number | undefined {
  return heldBack?.from ?? firstToldAt;
}
