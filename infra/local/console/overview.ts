import type { NotifiedAlert } from '../../../shared/alerts/notification.ts';
import { ALERT_PREFIX, loadEpisode } from '../../../shared/alerts/store.ts';
import { dueKeys } from '../../../shared/due.ts';
import type { Table } from '../../../shared/ports.ts';
import { loadItems } from '../../../shared/snapshot/publish.ts';

/** One item of the configuration as it is in force. */
export interface ItemState {
  kind: string;
  id: string;
  /** `stale`: the item is broken, its last good version works on. `broken`: there never was a good one. */
  state: 'ok' | 'stale' | 'broken';
  problems: { path: string; message: string }[];
}

/** Every rule, and every other item that has problems. */
export async function itemStates(state: Table): Promise<ItemState[]> {
  const items = await loadItems(state);
  return items
    .filter(({ kind, problems }) => kind === 'rule' || problems.length > 0)
    .map(({ kind, id, body, problems }) => ({
      kind,
      id,
      state: problems.length === 0 ? 'ok' : body === null ? 'broken' : 'stale',
      problems,
    }));
}

/** What fires now, the worst and the newest first. */
export async function firingAlerts(state: Table): Promise<NotifiedAlert[]> {
  const keys = await dueKeys(state, Number.MAX_SAFE_INTEGER);
  const alerts: NotifiedAlert[] = [];
  for (const key of keys.filter(({ pk }) => pk.startsWith(ALERT_PREFIX))) {
    const episode = await loadEpisode(state, key);
    if (episode?.alert.status === 'firing') alerts.push(episode.alert);
  }
  return alerts.sort((a, b) => b.startsAt - a.startsAt);
}
