import type { HttpResponse } from '../../ports.ts';
import type { Outcome } from '../channel.ts';
import { answerText, isPassing, judgeStatus } from '../http-answer.ts';

/** What an answer asks for: an outcome, or another try within the same attempt. */
export type Verdict =
  | Outcome
  /** The blocks were refused: send the message as text. */
  | { outcome: 'simplify'; reason: string };

/**
 * What to do after this answer of an incoming webhook: `ok`, or a word with its status (Slack, "Handling errors" of
 * incoming webhooks; api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks): invalid_payload and
 * its kind complain of the content; no_service, channel_is_archived, action_prohibited and the like of the webhook,
 * which no waiting mends.
 */
export function judgeAnswer(response: HttpResponse, nowMs: number): Verdict {
  const said = answerText(response.body);
  const refusesContent =
    /^(?:invalid_payload|invalid_blocks|invalid_attachments|too_many_attachments|msg_too_long)/;
  if (response.status < 500 && refusesContent.test(said)) {
    return { outcome: 'simplify', reason: `Slack refused with ${said}` };
  }
  if (!isPassing(response.status) && /^(?:rate_limited|ratelimited)/.test(said)) {
    return { outcome: 'retry', afterMs: null, reason: `Slack refused with ${said}` };
  }
  return judgeStatus('Slack', response, nowMs, said);
}
