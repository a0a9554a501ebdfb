import { SQSServiceException } from '@aws-sdk/client-sqs';
import type { Table } from '../../shared/ports.ts';
import { type Described, describe } from '../dead-letters/describe.ts';
import { release, takeLetters } from '../dead-letters/letters.ts';
import type { PlaceQueues } from '../dead-letters/queues.ts';
import { redrive } from '../dead-letters/redrive.ts';
import { Refusal } from './refusal.ts';

/** Each look hides the letters from others for a moment: it is not repeated sooner than this, ms. */
const LOOK_EVERY_MS = 15_000;
const LOOKS = new WeakMap<PlaceQueues, { at: number; letters: Described[] }>();

/** Everything that could not be carried out, oldest first; null: the queues may not be read. `now`: ms. */
export async function listDeadLetters(
  state: Table,
  queues: PlaceQueues,
  now: number,
): Promise<Described[] | null> {
  const last = LOOKS.get(queues);
  if (last !== undefined && now < last.at + LOOK_EVERY_MS) return last.letters;
  const taken = await takeLetters(queues).catch((error: unknown) => {
    if (error instanceof SQSServiceException && error.name === 'AccessDenied') return null;
    throw error;
  });
  if (taken === null) return null;
  await release(queues, taken);
  const letters = await Promise.all(taken.map((letter) => describe(state, letter)));
  LOOKS.set(queues, { at: now, letters });
  return letters;
}

/** Tries one again; answers what came of it. `now`: ms. @throws Refusal where it is gone, or cannot be. */
export async function redriveOne(
  state: Table,
  queues: PlaceQueues,
  id: string,
  now: number,
): Promise<string> {
  LOOKS.delete(queues);
  const letters = await takeLetters(queues);
  const chosen = letters.find((letter) => letter.id === id);
  await release(
    queues,
    letters.filter((letter) => letter !== chosen),
  );
  if (chosen === undefined)
    throw new Refusal(404, 'This dead letter is not there any more.', '这条消息已不在死信队列中。');
  const { result, reason } = await redrive(state, queues, chosen, now);
  if (result !== 'kept') return result;
  await release(queues, [chosen]);
  throw new Refusal(409, `It cannot be tried again: ${reason}.`, `无法重新投递：${reason}。`);
}
