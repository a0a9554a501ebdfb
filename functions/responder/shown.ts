/** What the pages show of an alert, read from the state table. */
import { type Acknowledgement, acknowledgementOf } from '../../shared/alerts/acknowledgement.ts';
import type { Episode } from '../../shared/alerts/episode.ts';
import type { NotifiedAlert } from '../../shared/alerts/notification.ts';
import { refreshed } from '../../shared/alerts/refresh.ts';
import { headKey, loadEpisode, pastKey } from '../../shared/alerts/store.ts';
import type { TimeInterval } from '../../shared/config/model.ts';
import type { Link } from '../../shared/links/link.ts';
import type { Table } from '../../shared/ports.ts';
import { type GroupHead, loadHead } from '../../shared/routing/groups.ts';
import { groupsOf } from '../../shared/routing/reach.ts';
import { listSilences, type Silence, silencedBy } from '../../shared/routing/silences.ts';

export interface ShownAlert {
  episode: Episode;
  /** As it stands now. */
  alert: NotifiedAlert;
  /** The labels that name the alert, whatever its severity: what a silence of it is of. */
  scope: Record<string, string>;
  /** Where it is told. */
  groups: GroupHead[];
  /** The last one, whether or not it still holds. */
  acknowledgement: Acknowledgement | undefined;
  /** Those that keep it quiet now. */
  silences: Silence[];
}

/**
 * The episode that a link is about at `now` (ms); undefined where it is not kept any more. `intervals`: the
 * configuration's, for silences that recur.
 */
export async function loadShown(
  state: Table,
  link: Link,
  intervals: readonly TimeInterval[],
  now: number,
): Promise<ShownAlert | undefined> {
  const episode = await loadLinked(state, link);
  if (episode === undefined) return undefined;
  const { alert, generation, groupLabels } = episode;
  const [current, acknowledgement, silences, groups] = await Promise.all([
    alert.status === 'firing' ? refreshed(state, alert, generation, now) : alert,
    acknowledgementOf(state, alert),
    listSilences(state),
    groupHeads(state, alert),
  ]);
  return {
    episode,
    alert: current,
    scope: { rule: alert.ruleId, ...groupLabels },
    groups,
    acknowledgement,
    silences: silencedBy(silences, intervals, alert.labels, now),
  };
}

async function groupHeads(state: Table, alert: NotifiedAlert): Promise<GroupHead[]> {
  const groupIds = await groupsOf(state, alert);
  const heads = await Promise.all([...groupIds].map((id) => loadHead(state, id)));
  return heads.filter((head) => head !== undefined);
}

async function loadLinked(state: Table, link: Link): Promise<Episode | undefined> {
  const { ruleId, fingerprint, startsAt } = link;
  const latest = await loadEpisode(state, headKey(ruleId, fingerprint));
  if (latest?.alert.startsAt === startsAt) return latest;
  return await loadEpisode(state, pastKey(ruleId, fingerprint, startsAt));
}
