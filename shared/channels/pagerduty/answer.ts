import { jsonFields } from '../../json.ts';
import type { HttpResponse } from '../../ports.ts';
import type { Outcome } from '../channel.ts';
import { answerText, judgeStatus } from '../http-answer.ts';

/**
 * What to do after this answer: 202 took the event, 400 never will, 429 and 5xx may later (PagerDuty, "Events API v2:
 * response codes and retry logic").
 */
export function judgeAnswer(response: HttpResponse, nowMs: number): Outcome {
  const { message, errors, dedup_key: reference } = jsonFields(response.body);
  const words = [message, ...(Array.isArray(errors) ? errors : [])].filter(
    (word) => typeof word === 'string',
  );
  const outcome = judgeStatus('PagerDuty', response, nowMs, answerText(words.join('; ')));
  if (outcome.outcome !== 'delivered' || typeof reference !== 'string') return outcome;
  return { outcome: 'delivered', reference: answerText(reference) };
}
