/** How an alert stands now: what it is, who is at it, what keeps it quiet, where it is told. */
import {
  type Acknowledgement,
  acknowledgementOf,
  type EpisodeName,
  loadNamed,
} from '../alerts/acknowledgement.ts';
import { withEpisodeChart } from '../alerts/episode-chart.ts';
import type { NotifiedAlert } from '../alerts/notification.ts';
import { refreshed } from '../alerts/refresh.ts';
import { loadEarlierEpisodes } from '../alerts/store.ts';
import type { TimeInterval } from '../config/model.ts';
import type { Table } from '../ports.ts';
import { type ExplainedGroup, explain } from './explain.ts';
import { listSilences, type Silence, silencedBy } from './silences.ts';

export interface AlertStanding {
  /** As it stands now. */
  alert: NotifiedAlert;
  /** The labels that name the alert, whatever its severity: what a silence of it is of. */
  scope: Record<string, string>;
  /** Where it is told, and what was decided there. */
  groups: ExplainedGroup[];
  /** Why nobody is told, whatever the routes; null: somebody may be. */
  withheld: string | null;
  /** The last one, whether or not it still holds. */
  acknowledgement: Acknowledgement | undefined;
  /** Those that keep it quiet now. */
  silences: Silence[];
  /** How it went before, the newest first. */
  earlier: NotifiedAlert[];
}

/** So many earlier episodes are worth knowing. */
const EARLIER_MAX = 5;

/**
 * An episode at `now` (ms); undefined where it is not kept any more. `intervals`: the
 * configuration's, for silences that recur.
 */
export async function loadStanding(
  state: Table,
  name: EpisodeName,
  intervals: readonly TimeInterval[],
  now: number,
): Promise<AlertStanding | undefined> {
  const episode = await loadNamed(state, name);
  if (episode === undefined) return undefined;
  const { alert, generation, groupLabels, withheld } = episode;
  const { ruleId, fingerprint, startsAt } = alert;
  const [asItStands, acknowledgement, silences, groups, earlier] = await Promise.all([
    current(state, alert, generation, now),
    acknowledgementOf(state, alert),
    listSilences(state),
    explain(state, alert),
    loadEarlierEpisodes(state, ruleId, fingerprint, startsAt, EARLIER_MAX),
  ]);
  return {
    alert: asItStands,
    scope: { rule: alert.ruleId, ...groupLabels },
    groups,
    withheld,
    earlier: earlier.map((episode) => episode.alert),
    acknowledgement,
    silences: silencedBy(silences, intervals, alert.labels, now),
  };
}

async function current(
  state: Table,
  alert: NotifiedAlert,
  generation: string,
  now: number,
): Promise<NotifiedAlert> {
  const latest = alert.status === 'firing' ? await refreshed(state, alert, generation, now) : alert;
  return await withEpisodeChart(state, latest, generation, now);
}
