import { mapConcurrently } from '../concurrency.ts';
import { dueKeys } from '../due.ts';
import type { Table } from '../ports.ts';
import type { Episode } from './episode.ts';
import { isSignOfLife } from './signs-of-life.ts';
import { ALERT_PREFIX, loadEpisode } from './store.ts';

/** Thousands may fire: their reads must not stand in the way of whatever else is read. */
const AT_A_TIME = 32;

/**
 * Every episode that fires now, the newest first; what fires stands in the due index until it has ended. Signs of life
 * are none of them: nobody has to act on one.
 */
export async function firingEpisodes(state: Table): Promise<Episode[]> {
  const keys = (await dueKeys(state, Number.MAX_SAFE_INTEGER)).filter(({ pk }) =>
    pk.startsWith(ALERT_PREFIX),
  );
  const episodes = await mapConcurrently(keys, AT_A_TIME, (key) => loadEpisode(state, key));
  return episodes
    .filter((episode) => episode !== undefined)
    .filter(({ alert }) => alert.status === 'firing' && !isSignOfLife(alert.ruleId))
    .sort((a, b) => b.alert.startsAt - a.alert.startsAt);
}
