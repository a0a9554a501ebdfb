import type { Acknowledgement } from '../../shared/alerts/acknowledgement.ts';
import { withEpisodeChart } from '../../shared/alerts/episode-chart.ts';
import { digest } from '../../shared/alerts/identity.ts';
import type { NotifiedAlert } from '../../shared/alerts/notification.ts';
import { refreshed } from '../../shared/alerts/refresh.ts';
import type { Receiver } from '../../shared/config/model.ts';
import { announce } from '../../shared/deliveries/enqueue.ts';
import { type Plan, type PlannedDelivery, settlePlan } from '../../shared/deliveries/ledger.ts';
import type { Happened } from '../../shared/happenings.ts';
import type { Clock, Table } from '../../shared/ports.ts';
import { membersFor } from '../../shared/routing/audience.ts';
import { withDecision } from '../../shared/routing/decisions.ts';
import { flappingOf, noteFlappingSaid } from '../../shared/routing/flapping.ts';
import { decideFlush, statusOf } from '../../shared/routing/flush.ts';
import type { GroupHead } from '../../shared/routing/groups.ts';
import { foldedBy } from '../../shared/routing/limits.ts';
import type { ToldMember } from '../../shared/routing/members.ts';
import type { Weighed } from './consider.ts';
import { type Decision, timesOf } from './decide.ts';

export interface DrawDeps {
  state: Table;
  clock: Clock;
  happened: Happened;
}

/** What is to be drawn: a group's decision, and for whom. */
export interface Drawing {
  groupId: string;
  head: GroupHead;
  receiver: Receiver;
  decision: Decision;
}

/** So many alerts to a notification; more are told in several, so that none is left out and each can be stored. */
const ALERTS_PER_NOTIFICATION = 50;
/** Lines and charts of so many alerts travel with a notification; messages show no more. */
const DETAILED_ALERTS = 10;
/** A message that tells an end shows so many windows up to it. */
const WINDOWS_OF_END = 5;

/** Writes down what a group tells, before anything of it is done. */
export async function drawPlans(deps: DrawDeps, drawing: Drawing): Promise<Plan[]> {
  const { members } = drawing.decision;
  const plans: Plan[] = [];
  for (let start = 0; start < members.length; start += ALERTS_PER_NOTIFICATION) {
    const part = members.slice(start, start + ALERTS_PER_NOTIFICATION);
    const decision = { ...drawing.decision, members: part };
    const plan = await settlePlan(deps.state, await draw(deps, { ...drawing, decision }), deps.clock());
    plans.push(plan);
    for (const alert of plan.notification.alerts.filter(({ flapping }) => flapping !== undefined)) {
      await noteFlappingSaid(deps.state, drawing.groupId, alert);
    }
  }
  for (const plan of plans) announce(deps, plan);
  return plans;
}

async function draw(deps: DrawDeps, { groupId, head, receiver, decision }: Drawing): Promise<Plan> {
  const { members, reason, occasion } = decision;
  const now = deps.clock();
  const alerts = sayingFlappingOnce(
    await Promise.all(members.map((member, index) => alertOf(deps, groupId, member, index))),
  );
  const content = members.map(({ seq, alert }) => [alert.fingerprint, alert.startsAt, alert.status, seq]);
  const again = {
    repeat: head.lastSentAt,
    'end of quiet': [head.begunAt, head.sequence],
    reminder: members.map(({ quietNow }) => quietNow?.endsSoon?.id ?? ''),
  };
  const notification = {
    version: 1 as const,
    id: digest([groupId, content, occasion === null ? null : again[occasion]]),
    receiver: receiver.name,
    status: statusOf(members),
    reason,
    groupKey: `${head.route.id}:${groupId}`,
    groupLabels: head.groupLabels,
    incident: digest([groupId, head.begunAt]),
    alerts,
    at: now,
  };
  const deliveries = deliveriesOf(receiver, head, members, now);
  const folded = deliveries.length === 0 ? null : await foldedBy(deps.state, receiver, alerts, now);
  const told = members.map((member) => toldOf(member, notification.id, folded ?? reason, now));
  const plan = { notification, members: told };
  return folded === null ? { ...plan, deliveries } : { ...plan, deliveries: [], folded };
}

async function alertOf(
  deps: DrawDeps,
  groupId: string,
  member: Weighed,
  index: number,
): Promise<NotifiedAlert> {
  const { alert, acknowledgement } = member;
  const isDetailed = index < DETAILED_ALERTS;
  const current = await currentOf(deps, member, isDetailed);
  const detailed = isDetailed ? current : { ...current, lines: [], series: [] };
  const flapping = member.told === 'nothing' ? await flappingOf(deps.state, groupId, alert) : null;
  const severityBefore = member.toldSeverity ?? member.severityBefore ?? alert.severity;
  return {
    ...detailed,
    ...(severityBefore === alert.severity || alert.status === 'resolved' ? {} : { severityBefore }),
    ...(acknowledgement === null ? {} : { acknowledged: acknowledgedOf(acknowledgement) }),
    ...(flapping === null ? {} : { flapping }),
  };
}

/** Of several episodes of one alert the last says that it flaps: it counts them all. */
function sayingFlappingOnce(alerts: readonly NotifiedAlert[]): NotifiedAlert[] {
  return alerts.map((alert) => {
    const { flapping, ...others } = alert;
    const isSaidLater = alerts.some(
      (other) =>
        other.flapping !== undefined &&
        other.ruleId === alert.ruleId &&
        other.fingerprint === alert.fingerprint &&
        other.startsAt > alert.startsAt,
    );
    return flapping !== undefined && isSaidLater ? others : alert;
  });
}

/** The alert as it stands now; of one that has ended, with how it came down, where that is shown. */
async function currentOf(
  { state, clock }: DrawDeps,
  { alert, generation }: Weighed,
  isDetailed: boolean,
): Promise<NotifiedAlert> {
  if (alert.status === 'firing') return await refreshed(state, alert, generation, clock());
  if (!isDetailed) return alert;
  return await withEpisodeChart(state, alert, generation, clock(), WINDOWS_OF_END);
}

function acknowledgedOf({ by, at, until }: Acknowledgement): NonNullable<NotifiedAlert['acknowledged']> {
  return { by, at, until };
}

function toldOf(member: Weighed, id: string, reason: string, now: number): ToldMember {
  const { key, seq, alert, firstToldAt = now, toldSeverities = [] } = member;
  const { status, severity } = alert;
  const severities = [...new Set([...toldSeverities, severity])];
  const log = withDecision(member.log, now, `told ${status}: ${reason}`, id);
  const told = { key, seq, status, severity, severities, firstToldAt, log };
  return member.quietNow === null ? told : { ...told, staysQuiet: true };
}

/** Every channel decides by the members that it wants to hear of. */
function deliveriesOf(
  receiver: Receiver,
  head: GroupHead,
  members: readonly Weighed[],
  now: number,
): PlannedDelivery[] {
  return receiver.channels.flatMap((channel, index) => {
    const wanted = membersFor(channel, members);
    const decision = decideFlush(wanted, timesOf(head), now);
    if (!decision.send) return [];
    const { kind } = channel;
    const position = receiver.channels.slice(0, index).filter((other) => other.kind === kind).length;
    const alerts = wanted.map((member) => members.indexOf(member));
    return [{ id: `${kind}#${position}`, kind, position, status: statusOf(decision.members), alerts }];
  });
}
