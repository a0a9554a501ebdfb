/** How an alert stands now: what it is, who is at it, what keeps it quiet, where it is told. */
import {
  type Acknowledgement,
  acknowledgementOf,
  type EpisodeName,
  loadNamed,
} from '../alerts/acknowledgement.ts';
import type { NotifiedAlert } from '../alerts/notification.ts';
import { refreshed } from '../alerts/refresh.ts';
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
}

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
  const [current, acknowledgement, silences, groups] = await Promise.all([
    alert.status === 'firing' ? refreshed(state, alert, generation, now) : alert,
    acknowledgementOf(state, alert),
    listSilences(state),
    explain(state, alert),
  ]);
  return {
    alert: current,
    scope: { rule: alert.ruleId, ...groupLabels },
    groups,
    withheld,
    acknowledgement,
    silences: silencedBy(silences, intervals, alert.labels, now),
  };
}
