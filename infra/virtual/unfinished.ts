import { ALERT_PREFIX, loadEpisode } from '../../shared/alerts/store.ts';
import { NOTIFICATION_PREFIX } from '../../shared/deliveries/ledger.ts';
import { dueKeys } from '../../shared/due.ts';
import type { DueKey, Table } from '../../shared/ports.ts';
import { isDigestGroup } from '../../shared/routing/folds.ts';
import { GROUP_PREFIX } from '../../shared/routing/groups.ts';
import { loadMembers } from '../../shared/routing/members.ts';

/**
 * Whether something is still to be told: a transition nobody confirmed, a group with news, a delivery under way.
 * Alerts that fire on, groups that only wait for a repeat, and what is kept quiet do not count.
 */
export async function somethingUnfinished(state: Table): Promise<boolean> {
  for (const key of await dueKeys(state, Number.MAX_SAFE_INTEGER)) {
    if (await isUnfinished(state, key)) return true;
  }
  return false;
}

async function isUnfinished(state: Table, key: DueKey): Promise<boolean> {
  if (key.pk.startsWith(ALERT_PREFIX)) {
    const episode = await loadEpisode(state, key);
    return episode !== undefined && episode.confirmedSeq < episode.seq;
  }
  if (key.pk.startsWith(GROUP_PREFIX)) {
    const groupId = key.pk.slice(GROUP_PREFIX.length);
    if (isDigestGroup(groupId)) return true;
    const members = await loadMembers(state, groupId);
    return members.some(({ alert, told, quiet, moved }) => {
      const isKept = quiet !== undefined || moved === true;
      return alert.status !== told && !(isKept && told === 'nothing');
    });
  }
  return key.pk.startsWith(NOTIFICATION_PREFIX);
}
