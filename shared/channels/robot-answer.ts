import { jsonFields } from '../json.ts';
import type { HttpResponse } from '../ports.ts';
import type { Outcome } from './channel.ts';
import { answerText, judgeStatus, retryAfterMs } from './http-answer.ts';

/** What a robot's `errcode` asks for; `afterMs`: the wait that its provider documents. */
export type Judgement = { kind: 'retry'; afterMs: number | null } | { kind: 'failed' };

/**
 * The outcome of an answer `{ errcode, errmsg }`, as DingTalk and WeCom give it, mostly with HTTP 200. Codes that
 * `judge` does not know fail.
 */
export function judgeRobotAnswer(
  provider: string,
  response: HttpResponse,
  nowMs: number,
  judge: (code: number, message: string) => Judgement | undefined,
): Outcome {
  const { errcode, errmsg } = jsonFields(response.body);
  if (typeof errcode !== 'number') {
    const outcome = judgeStatus(provider, response, nowMs);
    if (outcome.outcome !== 'delivered') return outcome;
    // Without a code nothing says that the message was taken: at least once is the promise.
    const reason = `${provider} answered HTTP ${response.status} without an errcode`;
    return { outcome: 'retry', afterMs: retryAfterMs(response.headers, nowMs), reason };
  }
  if (errcode === 0) return { outcome: 'delivered', reference: null };
  const message = answerText(typeof errmsg === 'string' ? errmsg : '');
  const reason = `${provider} refused with ${errcode}${message === '' ? '' : `: ${message}`}`;
  const judgement = judge(errcode, message);
  if (judgement?.kind !== 'retry') return { outcome: 'failed', reason };
  return { outcome: 'retry', afterMs: retryAfterMs(response.headers, nowMs) ?? judgement.afterMs, reason };
}
