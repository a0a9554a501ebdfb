/** The lines that come in, for who tries a pattern on them: only with a session, for they are what the logs hold. */
import * as z from 'zod';
import { parsed } from '../body.ts';
import { Refusal } from '../refusal.ts';
import type { Visit } from '../visit.ts';

const asking = z.strictObject({ since: z.number().int().nonnegative() });

/**
 * Answers `POST /api/lines`: the last lines that were read, newer than `since`. @throws Refusal 404 for a stack on AWS
 */
export async function postLines({ place, body }: Visit): Promise<unknown> {
  const { since } = parsed(asking, body);
  if (place.journal === null)
    throw new Refusal(404, 'The lines of a stack on AWS do not come by here.', 'AWS 上的日志不经过这里。');
  return place.journal.linesSince(since);
}
