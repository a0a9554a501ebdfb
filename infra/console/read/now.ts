/** What fires now and how it stands: who is at it, what keeps it quiet, where it is told. */

import {
  type Acknowledgement,
  acknowledgementEnd,
  acknowledgementOf,
} from '../../../shared/alerts/acknowledgement.ts';
import type { Episode } from '../../../shared/alerts/episode.ts';
import { firingEpisodes } from '../../../shared/alerts/firing.ts';
import type { NotifiedAlert } from '../../../shared/alerts/notification.ts';
import { refreshed } from '../../../shared/alerts/refresh.ts';
import { mapConcurrently } from '../../../shared/concurrency.ts';
import { type Configuration, SEVERITIES } from '../../../shared/config/model.ts';
import { loadFailing } from '../../../shared/deliveries/returned-mail.ts';
import type { Table } from '../../../shared/ports.ts';
import { type ExplainedGroup, explain } from '../../../shared/routing/explain.ts';
import { listSilences, type Silence, silencedBy } from '../../../shared/routing/silences.ts';
import { readConfiguration } from './configuration.ts';
import { type Pending, readPending } from './pending.ts';

/** `muted`: by a time interval, an inhibition, or its rule. */
export type Standing = 'firing' | 'acknowledged' | 'silenced' | 'muted' | 'resolved';

export interface StandingAlert {
  alert: NotifiedAlert;
  standing: Standing;
  /** Why nobody is told, in words; null: somebody is, or was. */
  why: string | null;
  /** Where it holds. */
  acknowledgement: Acknowledgement | null;
  silences: Silence[];
  groups: ExplainedGroup[];
}

/** Alerts that are told together; `receiver` null: nobody hears of them. */
export interface NowGroup {
  id: string;
  receiver: string | null;
  groupLabels: Record<string, string>;
  /** When the group decides again, ms. */
  nextAt: number | null;
  alerts: StandingAlert[];
}

export interface Now {
  groups: NowGroup[];
  pending: Pending[];
  /** Receivers that mails come back from. */
  failing: string[];
  counts: Record<Exclude<Standing, 'resolved'>, number>;
  /** Alerts that fire too, and were not looked at: the least urgent. */
  more: number;
}

/** As of `now` (ms). */
export async function readNow(state: Table, now: number): Promise<Now> {
  const [episodes, silences, configuration] = await Promise.all([
    firingEpisodes(state),
    listSilences(state),
    readConfiguration(state),
  ]);
  const surroundings = { state, silences, configuration, now };
  const isSilenced = ({ alert }: Episode) =>
    silencedBy(silences, configuration.timeIntervals, alert.labels, now).length > 0;
  const shown = mostUrgent(episodes, isSilenced);
  const alerts = await mapConcurrently(shown, AT_A_TIME, (episode) => standingOf(surroundings, episode));
  const counts = { firing: 0, acknowledged: 0, silenced: 0, muted: 0 };
  for (const { standing } of alerts) if (standing !== 'resolved') counts[standing] += 1;
  const failing = await loadFailing(state, configuration.receivers);
  return {
    groups: groupsOf(alerts),
    pending: await readPending(state, configuration),
    failing: [...new Set(failing.map(({ receiver }) => receiver))],
    counts,
    more: episodes.length - shown.length,
  };
}

/** Each alert costs several reads: so many are looked at, at most. */
const ALERTS_MAX = 100;
const AT_A_TIME = 8;

function mostUrgent(
  episodes: readonly Episode[],
  isSilenced: (episode: Episode) => boolean,
): readonly Episode[] {
  if (episodes.length <= ALERTS_MAX) return episodes;
  const quiet = new Set(episodes.filter((episode) => episode.withheld !== null || isSilenced(episode)));
  const urgency = (episode: Episode) =>
    quiet.has(episode) ? -1 : SEVERITIES.indexOf(episode.alert.severity);
  return episodes.toSorted((a, b) => urgency(b) - urgency(a)).slice(0, ALERTS_MAX);
}

interface Surroundings {
  state: Table;
  silences: readonly Silence[];
  configuration: Pick<Configuration, 'timeIntervals'>;
  /** ms */
  now: number;
}

async function standingOf(
  { state, silences, configuration, now }: Surroundings,
  { alert, generation, withheld }: Episode,
): Promise<StandingAlert> {
  const [current, acknowledgement, groups] = await Promise.all([
    refreshed(state, alert, generation, now),
    acknowledgementOf(state, alert),
    explain(state, alert),
  ]);
  const quieting = silencedBy(silences, configuration.timeIntervals, alert.labels, now);
  const holds = acknowledgement !== undefined && acknowledgementEnd(acknowledgement, current, now) === null;
  return {
    alert: current,
    acknowledgement: holds ? acknowledgement : null,
    silences: quieting,
    groups,
    ...judged({ groups, withheld, isSilenced: quieting.length > 0, isAcknowledged: holds }),
  };
}

/** How an alert stands that fires, and why where nobody is told. */
export function judged({
  groups,
  withheld,
  isSilenced,
  isAcknowledged,
}: {
  groups: readonly ExplainedGroup[];
  withheld: string | null;
  isSilenced: boolean;
  isAcknowledged: boolean;
}): Pick<StandingAlert, 'standing' | 'why'> {
  if (isSilenced) return { standing: 'silenced', why: null };
  const why = withheld ?? quietReason(groups);
  if (why !== null) return { standing: 'muted', why };
  return { standing: isAcknowledged ? 'acknowledged' : 'firing', why: null };
}

/** The last decision of each group where all of them keep it quiet. */
function quietReason(groups: readonly ExplainedGroup[]): string | null {
  const reasons = groups.map(({ decisions }) => decisions.at(-1)?.reason ?? '');
  const isQuiet = (reason: string) => /^(muted|inhibited) /.test(reason);
  return reasons.length > 0 && reasons.every(isQuiet) ? (reasons[0] ?? null) : null;
}

const isQuiet = ({ standing }: StandingAlert) => standing === 'silenced' || standing === 'muted';

/** What is quiet last, else the worst and then the newest first: acknowledging moves nothing under anybody's hands. */
function byUrgency(a: StandingAlert, b: StandingAlert): number {
  return (
    Number(isQuiet(a)) - Number(isQuiet(b)) ||
    SEVERITIES.indexOf(b.alert.severity) - SEVERITIES.indexOf(a.alert.severity) ||
    b.alert.startsAt - a.alert.startsAt
  );
}

/** The groups, the one with the most urgent alert first. */
function groupsOf(alerts: readonly StandingAlert[]): NowGroup[] {
  const groups = new Map<string, NowGroup>();
  for (const standing of alerts.toSorted(byUrgency)) {
    // Alerts that several routes took stand where they came first.
    const way = standing.groups[0];
    const id = way?.groupId ?? '';
    const known = groups.get(id);
    if (known !== undefined) known.alerts.push(standing);
    else
      groups.set(id, {
        id,
        receiver: way?.receiver ?? null,
        groupLabels: way?.groupLabels ?? {},
        nextAt: way?.nextAt ?? null,
        alerts: [standing],
      });
  }
  return [...groups.values()];
}
