import * as z from 'zod';
import { parsed } from '../body.ts';
import { redriveOne } from '../dead-letters.ts';
import type { Visit } from '../visit.ts';

const redriving = z.strictObject({ id: z.string().min(1).max(200) });

/** Tries a dead letter again. @throws Refusal where it is gone, or cannot be. */
export async function postRedrive({ place, body, now }: Visit): Promise<{ result: string }> {
  const { id } = parsed(redriving, body);
  return { result: await redriveOne(place.state, place.queues, id, now) };
}
