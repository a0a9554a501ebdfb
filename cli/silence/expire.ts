import { expireSilence } from '../../shared/routing/silences.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { Carry, Work } from './work.ts';

/** Ends silences by their ids; answers no where one is not known. @throws UsageError */
export function expire(ids: readonly string[]): Carry {
  if (ids.length === 0)
    throw new UsageError('silence expire needs the ID of a silence: see tocsin silence list.');
  return (work) => expireAll(ids, work);
}

async function expireAll(ids: readonly string[], { place, values, io, now }: Work): Promise<number> {
  let missing = 0;
  for (const id of ids) {
    const silence = await expireSilence(place.state, id, now);
    if (silence === undefined) {
      missing += 1;
      io.stderr(`tocsin silence: there is no silence ${id} in ${place.name}.\n`);
    } else if (values.json === true) {
      await io.stdout(`${JSON.stringify({ type: 'expired', id })}\n`);
    } else await io.stdout(`silence ${id} has ended\n`);
  }
  return missing === 0 ? 0 : 1;
}
