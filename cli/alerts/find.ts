import type { Episode } from '../../shared/alerts/episode.ts';
import { firingEpisodes } from '../../shared/alerts/firing.ts';
import type { NotifiedAlert } from '../../shared/alerts/notification.ts';
import { headKey, loadEpisode } from '../../shared/alerts/store.ts';
import type { Table } from '../../shared/ports.ts';

/** How commands name an alert: `order-errors/0123456789abcdef`. */
export function alertId({ ruleId, fingerprint }: Pick<NotifiedAlert, 'ruleId' | 'fingerprint'>): string {
  return `${ruleId}/${fingerprint}`;
}

/**
 * The latest episodes that a word may mean: an id in full, also of one that ended; of what fires, the start of an id,
 * of a fingerprint, or a rule.
 */
export async function findAlerts(state: Table, word: string): Promise<Episode[]> {
  const [ruleId, fingerprint] = word.split('/');
  if (ruleId !== undefined && fingerprint !== undefined) {
    const exact = await loadEpisode(state, headKey(ruleId, fingerprint));
    if (exact !== undefined) return [exact];
  }
  const firing = await firingEpisodes(state);
  return firing.filter(({ alert }) => alertId(alert).startsWith(word) || alert.fingerprint.startsWith(word));
}
