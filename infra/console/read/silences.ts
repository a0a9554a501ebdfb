import { firingEpisodes } from '../../../shared/alerts/firing.ts';
import { matchesLabels } from '../../../shared/routing/matchers.ts';
import { listSilences, silenceState } from '../../../shared/routing/silences.ts';
import type { Visit } from '../visit.ts';
import { readConfiguration } from './configuration.ts';

/** Every silence with what it does now, and how many of the alerts that fire it keeps quiet. */
export async function getSilences({ place: { state }, now }: Visit): Promise<unknown> {
  const [silences, { timeIntervals }, firing] = await Promise.all([
    listSilences(state),
    readConfiguration(state),
    firingEpisodes(state),
  ]);
  return {
    now,
    silences: silences.map((silence) => ({
      id: silence.id,
      matchers: silence.matchers.map(
        ({ label, operator, value }) => `${label}${operator}${JSON.stringify(value)}`,
      ),
      startsAt: silence.startsAt,
      endsAt: silence.endsAt,
      recurs: silence.recurs !== null && 'interval' in silence.recurs ? silence.recurs.interval : null,
      author: silence.author,
      comment: silence.comment,
      state: silenceState(silence, timeIntervals, now),
      matching: firing.filter(({ alert }) => matchesLabels(silence.matchers, alert.labels)).length,
    })),
  };
}
