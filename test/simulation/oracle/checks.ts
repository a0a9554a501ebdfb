/** The invariants of the design, checked after a run by what the events and the configuration say. */

import type { Episode } from '../../../shared/alerts/episode.ts';
import { fingerprintOf, generationOf } from '../../../shared/alerts/identity.ts';
import type { Notification, NotifiedAlert } from '../../../shared/alerts/notification.ts';
import type { Configuration } from '../../../shared/config/model.ts';
import { readCounts } from '../../../shared/count/read.ts';
import { REPEATED } from '../../../shared/routing/flush.ts';
import type { Cloud } from '../cloud.ts';
import { ASKED_ID } from '../questions.ts';
import { CHANNELS, firstNameOf, type SimulatedRoute } from '../users.ts';
import { nameOf, nameOfEpisode, planOf, type Told } from './told.ts';
import { type Span, type Truth, windowAt } from './truth.ts';

/** How long (ms) stragglers are waited for before an alert resolves. */
const STRAGGLERS_MS = 30_000;
const MINUTE_MS = 60_000;
/** The longest slice here, and the time for which its last events are waited for. */
const SLICE_OVER_MS = 10_000;

export interface Findings {
  cloud: Cloud;
  /** All that were in force at some time. */
  routes: SimulatedRoute[];
  truths: Truth[];
  told: Told[];
  /** Every episode that was ever written, in its last state. */
  episodes: Episode[];
  /** `fingerprint#startsAt` of what was kept from people by inhibition. */
  inhibited: ReadonlySet<string>;
  /** What a receiver cannot bear is told by digests, whatever group it is of. */
  isLimited: boolean;
  /** Somebody sends dead letters again. */
  isRedriven: boolean;
  /** Counts from then on (ms) have not expired yet. */
  countsFrom: number;
  /** Receivers that had fewer channels for a while: not all of theirs need to have heard of everything. */
  halfEdited: readonly string[];
  /** The rules that nobody edited. */
  steady: ReadonlySet<string>;
}

/** Every log event counts exactly once. */
export async function countsAreExact(
  { cloud, truths, countsFrom }: Findings,
  { rules }: Configuration,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const { rule, group, atLeast, atMost, sliceMs } of truths) {
    const compiled = rules.find(({ id }) => id === rule.id);
    // Numbers are not kept as counts; what they sum up to shows in what is alerted.
    if (compiled === undefined || rule.timed) continue;
    const fingerprint = fingerprintOf(rule.id, rule.grouped ? { g: group } : {});
    const series = { ruleId: rule.id, generation: generationOf(compiled), fingerprint };
    const slices = [...atMost.keys()].filter((slice) => slice * sliceMs >= countsFrom);
    if (slices.length === 0) continue;
    const counts = await readCounts(cloud.state, series, Math.min(...slices) - 5, Math.max(...slices) + 5);
    for (const slice of new Set([...slices, ...counts.keys()])) {
      const [counted, low, high] = [counts, atLeast, atMost].map((of) => of.get(slice) ?? 0);
      if (counted === undefined || low === undefined || high === undefined) continue;
      if (counted < low || counted > high) {
        wrong.push(`${rule.id}/${group}: slice ${slice} holds ${counted}, ${low} to ${high} were logged`);
      }
    }
  }
  return wrong;
}

/** Every breach that a true window holds was told, or withheld for a reason, or lies in the dead-letter queue. */
export async function breachesAreTold(findings: Findings): Promise<string[]> {
  const wrong: string[] = [];
  for (const truth of findings.truths) {
    const name = `${truth.rule.id}/${truth.group}`;
    const incidents = truth.rule.timed ? incidentsOf(truth.spans) : truth.spans;
    const spans = incidents.filter(({ from, to }) => truth.crossings.some((at) => from <= at && at < to));
    for (const span of spans) {
      if (isWithheld(findings, name, span)) continue;
      const untold = await Promise.all(
        findings.routes.map((route) => untoldBy(findings, name, span, audienceOf(findings, route, truth))),
      );
      // Where routes were edited meanwhile, it is told by one or another.
      if (untold.some((missing) => missing.length === 0)) continue;
      wrong.push(`${name}: the breach ${spanText(span)} was never told to ${untold[0]?.join(', ')}`);
    }
  }
  return wrong;
}

/** What is found late, and would have been one incident with what was told, is told with it. */
export function incidentsOf(spans: readonly Span[], keepFiringMs = 0): Span[] {
  const incidents: Span[] = [];
  for (const { from, to } of spans) {
    const last = incidents.at(-1);
    if (last !== undefined && from - last.to <= keepFiringMs + STRAGGLERS_MS) last.to = to;
    else incidents.push({ from, to });
  }
  return incidents.map(({ from, to }) => ({ from: from - STRAGGLERS_MS, to: to + STRAGGLERS_MS }));
}

async function untoldBy(findings: Findings, name: string, span: Span, audience: [string, string][]) {
  const untold: string[] = [];
  for (const [receiver, kind] of audience) {
    if (!(await isTold(findings, name, span, receiver, kind))) untold.push(`${receiver} by ${kind}`);
  }
  return untold;
}

/** Whoever hears of a rule by a route. */
function audienceOf(findings: Findings, route: SimulatedRoute, { rule }: Truth): [string, string][] {
  const receivers = route.receivers[rule.id] ?? [];
  return receivers.flatMap((name) =>
    channelsOf(findings, name).map((kind): [string, string] => [name, kind]),
  );
}

/** The channels that tell of everything a receiver hears; `""`: one or another. */
export function channelsOf({ halfEdited }: Findings, receiver: string): string[] {
  const kinds = CHANNELS[receiver] ?? [];
  return halfEdited.includes(receiver) ? kinds.slice(0, 1).map(() => '') : kinds;
}

export function isWithheld({ episodes, inhibited }: Findings, name: string, span: Span): boolean {
  return episodes.some(
    ({ withheld, alert }) =>
      (withheld !== null || inhibited.has(inTombstone(alert))) &&
      nameOf(alert) === name &&
      overlaps(alert, span),
  );
}

function inTombstone({ fingerprint, startsAt }: NotifiedAlert): string {
  return `${fingerprint}#${String(startsAt).padStart(15, '0')}`;
}

export async function isTold(findings: Findings, name: string, span: Span, receiver: string, kind: string) {
  const { cloud, told } = findings;
  const heard = told.filter((one) => one.kind.startsWith(kind) && one.notification.receiver === receiver);
  const tells = (alerts: readonly NotifiedAlert[]) =>
    alerts.some((alert) => nameOf(alert) === name && overlaps(withEnd(findings, alert), span));
  if (heard.some(({ notification }) => tells(notification.alerts))) return true;
  for (const { notificationId, delivery } of cloud.deadDeliveries) {
    const plan = delivery.startsWith(kind) ? await planOf(cloud, notificationId) : undefined;
    if (plan?.notification.receiver === receiver && tells(plan.notification.alerts)) return true;
  }
  return false;
}

/** The alert with the end that became known later. */
function withEnd({ episodes }: Findings, alert: NotifiedAlert): NotifiedAlert {
  return episodes.find((episode) => nameOfEpisode(episode.alert) === nameOfEpisode(alert))?.alert ?? alert;
}

function overlaps(
  { startsAt, endsAt }: Pick<NotifiedAlert, 'startsAt' | 'endsAt'>,
  { from, to }: Span,
): boolean {
  return startsAt < to && from <= (endsAt ?? Number.POSITIVE_INFINITY);
}

/** Nothing was alerted that no window, plus one slice, holds. */
export function alertsAreTrue({ episodes, truths, steady }: Findings): string[] {
  const wrong: string[] = [];
  for (const { alert } of episodes) {
    if (!steady.has(alert.ruleId)) continue;
    const truth = truths.find(({ rule, group }) => `${rule.id}/${group}` === nameOf(alert));
    if (truth === undefined) {
      wrong.push(`${nameOf(alert)} was alerted, and nothing ever matched`);
      continue;
    }
    const { atMost, windowSlices, sliceMs, rule } = truth;
    const first = Math.floor(alert.startsAt / sliceMs) - (rule.timed ? 1 : 0);
    const sum = windowAt(atMost, first, windowSlices);
    if (sum < rule.threshold)
      wrong.push(`${nameOfEpisode(alert)}: its first window holds ${sum} of ${rule.threshold}`);
    const peak = Math.max(...[...atMost.keys()].map((slice) => windowAt(atMost, slice, windowSlices)));
    if (alert.value > peak || alert.peak > peak) {
      wrong.push(`${nameOfEpisode(alert)}: its value ${alert.value} or peak ${alert.peak} exceeds ${peak}`);
    }
  }
  return wrong;
}

/** No notification came twice, unless its acknowledgement was lost or not recorded. */
export function copiesAreExcused({ told }: Findings): string[] {
  return told.flatMap(({ kind, notification, copies }) => {
    const unexcused = copies
      .slice(0, -1)
      .filter(({ heard, invocation, faultsBefore }) => heard && invocation.faults === faultsBefore);
    return unexcused.map(() => `notification ${notification.id} came ${copies.length} times by ${kind}`);
  });
}

/** Reasons to tell what is known: it is time to, quiet has ended, it is worse now, or a digest sums up. */
const SAYS_IT_AGAIN = /^repeat interval elapsed$|^severity changed| ended: | ends at |^digest: /;

/** What a group tells at its time, one function decides. */
export function flushesAreDecidedOnce({ cloud }: Findings): string[] {
  return [...cloud.state.witness.decisions]
    .filter(([, decided]) => decided.size > 1)
    .map(([flush, decided]) => `${flush} was decided ${decided.size} times: ${[...decided].join('; ')}`);
}

/** What is told under one name stays what it is from when it is under way. */
export function plansStand({ cloud }: Findings): string[] {
  return cloud.state.witness.rewritten.map((name) => `${name} was planned anew while it was under way`);
}

/** A group speaks no earlier than its first time, and no more often than its interval allows; `earlyMs`: clocks differ. */
export function groupsKeepTheirRhythm({ cloud }: Findings, earlyMs: number): string[] {
  return [...cloud.state.witness.rhythms].flatMap(([name, { begunAt, flushes }]) => {
    let due = begunAt;
    return flushes
      .sort((a, b) => a.sequence - b.sequence)
      .flatMap(({ sequence, at, intervalMs }, index) => {
        // The interval may have been edited in between.
        if (index > 0) due += Math.min(intervalMs, flushes[index - 1]?.intervalMs ?? intervalMs);
        return at < due - earlyMs ? [`${name} spoke ${due - at} ms too early, by flush ${sequence}`] : [];
      });
  });
}

/** Whatever is said is news, or a repeat in its time; and no end is told without its beginning. */
export function everythingIsNews({ told, isRedriven }: Findings): string[] {
  const wrong: string[] = [];
  const known = new Map<string, { firing: Set<string>; resolved: Set<string> }>();
  for (const { kind, notification } of told) {
    // What is sent again by hand and fails again is told to the fallback again.
    if (isRedriven && notification.insteadOf !== undefined) continue;
    const where = `${notification.receiver} ${notification.groupKey} ${kind}`;
    const { firing, resolved } = known.get(where) ?? { firing: new Set(), resolved: new Set() };
    known.set(where, { firing, resolved });
    const news = notification.alerts.filter((alert) =>
      alert.status === 'firing' ? !firing.has(nameOfEpisode(alert)) : !resolved.has(nameOfEpisode(alert)),
    );
    const { id, reason, alerts } = notification;
    if (news.length === 0 && !SAYS_IT_AGAIN.test(reason)) {
      wrong.push(
        `notification ${id} (${reason}) told ${alerts.map(nameOfEpisode).join(', ')} again by ${kind}`,
      );
    }
    for (const alert of alerts) {
      const episode = nameOfEpisode(alert);
      // A digest speaks for several groups, which need not be equally far.
      if (alert.status === 'firing' && resolved.has(episode) && !reason.startsWith('digest: ')) {
        wrong.push(`notification ${id} says ${episode} fires, after its end was told`);
      }
      (alert.status === 'firing' ? firing : resolved).add(episode);
    }
  }
  return wrong;
}

/** Nothing is repeated that somebody is at. */
export function acknowledgedIsNotRepeated({ told }: Findings): string[] {
  const repeats = told.filter(({ notification }) => notification.reason === REPEATED);
  return repeats
    .filter(({ notification: { alerts } }) =>
      alerts.every(({ acknowledged = null }) => acknowledged !== null),
    )
    .map(({ notification: { id } }) => `notification ${id} repeats what is acknowledged`);
}

/** Whoever heard of a beginning heard of the end. */
export async function endsAreTold({ cloud, told, isLimited, halfEdited }: Findings): Promise<string[]> {
  // Who stands in is told an end once, whichever group told them of the beginning.
  const whereOf = ({ groupKey, receiver, insteadOf }: Notification) =>
    isLimited || insteadOf !== undefined ? firstNameOf(receiver) : groupKey;
  const open = new Map<string, string>();
  for (const { kind, notification } of told) {
    if (halfEdited.includes(notification.receiver)) continue;
    for (const alert of notification.alerts) {
      if (alert.status === 'firing')
        open.set(`${whereOf(notification)} ${kind} ${nameOfEpisode(alert)}`, notification.id);
    }
  }
  const close = (notification: Notification, kind: string) => {
    for (const alert of notification.alerts) {
      if (alert.status === 'resolved')
        open.delete(`${whereOf(notification)} ${kind} ${nameOfEpisode(alert)}`);
    }
  };
  for (const { kind, notification } of told) close(notification, kind);
  for (const { notificationId, delivery } of cloud.deadDeliveries) {
    const plan = await planOf(cloud, notificationId);
    if (plan !== undefined) {
      close(plan.notification, delivery.split('#')[0] ?? '');
    }
  }
  return [...open.keys()].map((what) => `its end was never told: ${what}`);
}

/**
 * An alert resolves once its time has come, not before; and, where nothing fails, within a minute, unless what ends it
 * is an event, which may come late.
 */
export function endsAreInTime({ cloud, steady }: Findings, earlyMs: number, isCalm: boolean): string[] {
  return cloud.happenings.flatMap(({ at, happening }) => {
    if (happening.type !== 'alert' || happening.status !== 'resolved' || happening.withheld !== null)
      return [];
    const { alert } = happening;
    if (alert.endReason !== null || alert.endsAt === null || alert.alreadyOver) return [];
    const isKnownAtOnce = alert.ruleId !== ASKED_ID;
    const due = alert.endsAt + STRAGGLERS_MS;
    if (at < due - earlyMs) return [`${nameOfEpisode(alert)} resolved ${due - at} ms too early`];
    // A severity that was edited at that very minute is told first.
    const editedMs = steady.has(alert.ruleId) ? 0 : MINUTE_MS;
    const late = at - due - MINUTE_MS - SLICE_OVER_MS - editedMs;
    return isCalm && isKnownAtOnce && late > 0
      ? [`${nameOfEpisode(alert)} resolved ${late} ms too late`]
      : [];
  });
}

/** Where nothing fails, news is told as soon as its group may speak. */
export function newsIsPrompt({ cloud, told, routes }: Findings): string[] {
  const waitMs = Math.max(...routes.map(({ groupIntervalMs }) => groupIntervalMs)) + 5000;
  return cloud.happenings.flatMap(({ at, happening }) => {
    if (happening.type !== 'alert' || happening.withheld !== null) return [];
    const name = nameOfEpisode(happening.alert);
    const first = told.find(({ notification }) =>
      notification.alerts.some((alert) => nameOfEpisode(alert) === name),
    );
    const late = first === undefined ? 0 : first.notification.at - at - waitMs;
    return late > 0 ? [`${name} was told ${late} ms too late`] : [];
  });
}

/** Nothing is left to do. */
export function nothingIsLeft({ cloud }: Findings): string[] {
  const left = cloud.state
    .dueEntries()
    .map(({ pk, sk, dueAt }) => `left in the due index: ${pk} ${sk} at ${dueAt}`);
  const queued = [cloud.alerts, cloud.deliveries, cloud.failures]
    .filter(({ size }) => size > 0)
    .map(({ size, settings }) => `${size} messages left in ${settings.name}`);
  const mortal = [...cloud.state.mortal].map((name) => `it was due and could expire: ${name}`);
  return [...left, ...queued, ...mortal, ...cloud.state.refused, ...cloud.unexpected];
}

export function spanText({ from, to }: Span): string {
  return `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
}
