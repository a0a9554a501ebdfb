import { firingEpisodes } from '../../../shared/alerts/firing.ts';
import type { NotifiedAlert } from '../../../shared/alerts/notification.ts';
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

/** What fires now, the newest first. */
export async function firingAlerts(state: Table): Promise<NotifiedAlert[]> {
  return (await firingEpisodes(state)).map(({ alert }) => alert);
}
