import { loadNamed } from '../../../shared/alerts/acknowledgement.ts';
import type { NotifiedAlert } from '../../../shared/alerts/notification.ts';
import type { Table } from '../../../shared/ports.ts';
import { endedLately } from '../../../shared/usage.ts';

const SHOWN = 12;

/** Alerts that have resolved within a day, the newest first. */
export async function readEnded(state: Table): Promise<NotifiedAlert[]> {
  const names = await endedLately(state, SHOWN);
  const episodes = await Promise.all(names.map((name) => loadNamed(state, name)));
  return episodes.flatMap((found) => (found?.alert.status === 'resolved' ? [found.alert] : []));
}
