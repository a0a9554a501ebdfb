import { configurationInForce } from '../../functions/in-force.ts';
import { listSilences, silenceState } from '../../shared/routing/silences.ts';
import { type Carry, show, type Work } from './work.ts';

/** Shows the silences that are not over; with `--all` those of the last days too. */
export function list(): Carry {
  return listOf;
}

async function listOf(work: Work): Promise<number> {
  const { place, values, now } = work;
  const { settings, timeIntervals } = await configurationInForce(place.state);
  const all = await listSilences(place.state);
  const known = all.map((silence) => ({ silence, state: silenceState(silence, timeIntervals, now) }));
  const shown = known.filter(({ state }) => values.all === true || state !== 'expired');
  for (const { silence, state } of shown)
    await show(silence, { ...work, timeZone: settings.timeZone, state });
  if (shown.length === 0 && values.json !== true) await work.io.stdout(`no silences in ${place.name}\n`);
  return 0;
}
