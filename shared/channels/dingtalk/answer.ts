import type { HttpResponse } from '../../ports.ts';
import type { Outcome } from '../channel.ts';
import { judgeRobotAnswer } from '../robot-answer.ts';

/**
 * More than 20 messages a minute silence a robot for ten; asked each minute, for nothing says that asking prolongs it.
 */
const RATE_WAIT_MS = 60_000;

/**
 * Codes that pass by waiting; of the others none does: 310000 (signature, keyword, address), 400013 (the group is gone),
 * 400101, 400102, 400106 (no such robot), 430101 to 430104 (what it says or links to), 460101, …
 */
const PASSING: Record<number, number | null> = {
  [-1]: null,
  130101: RATE_WAIT_MS,
  302033: RATE_WAIT_MS,
  410100: RATE_WAIT_MS,
  660026: RATE_WAIT_MS,
  90018: RATE_WAIT_MS,
  90030: RATE_WAIT_MS,
};

/** A timestamp that is an hour off was signed by a clock that is wrong now, or by a message that waited on its way. */
function isStale(code: number, message: string): boolean {
  return code === 310000 && /timestamp|签名过期/i.test(message);
}

/** What to do after this answer of a robot (DingTalk, "Send group messages by custom robots": error codes). */
export function judgeAnswer(response: HttpResponse, nowMs: number): Outcome {
  return judgeRobotAnswer('DingTalk', response, nowMs, (code, message) => {
    const afterMs = PASSING[code];
    if (afterMs !== undefined) return { kind: 'retry', afterMs };
    return isStale(code, message) ? { kind: 'retry', afterMs: null } : undefined;
  });
}
