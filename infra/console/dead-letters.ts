import type { Table } from '../../shared/ports.ts';
import { type Described, describe } from '../dead-letters/describe.ts';
import { release, takeLetters } from '../dead-letters/letters.ts';
import type { PlaceQueues } from '../dead-letters/queues.ts';
import { redrive } from '../dead-letters/redrive.ts';
import { Refusal } from './refusal.ts';

/** Everything that could not be carried out, oldest first. */
export async function listDeadLetters(state: Table, queues: PlaceQueues): Promise<Described[]> {
  const letters = await takeLetters(queues);
  await release(queues, letters);
  return await Promise.all(letters.map((letter) => describe(state, letter)));
}

/** Tries one again; answers what came of it. `now`: ms. @throws Refusal where it is gone, or cannot be. */
export async function redriveOne(
  state: Table,
  queues: PlaceQueues,
  id: string,
  now: number,
): Promise<string> {
  const letters = await takeLetters(queues);
  const chosen = letters.find((letter) => letter.id === id);
  await release(
    queues,
    letters.filter((letter) => letter !== chosen),
  );
  if (chosen === undefined) throw new Refusal(404, 'This dead letter is not there any more.');
  const { result, reason } = await redrive(state, queues, chosen, now);
  if (result !== 'kept') return result;
  await release(queues, [chosen]);
  throw new Refusal(409, `It cannot be tried again: ${reason}.`);
}
