import type { HttpResponse } from '../../ports.ts';
import type { Outcome } from '../channel.ts';
import { judgeRobotAnswer } from '../robot-answer.ts';

/** A robot takes 20 messages a minute. */
const RATE_WAIT_MS = 60_000;

/** Codes that pass by waiting; of the others none does: 40008, 40058, 44004, 45002, 93000 (no such robot), … */
const PASSING: Record<number, number | null> = {
  [-1]: null,
  6000: null,
  42009: null,
  45009: RATE_WAIT_MS,
  45033: null,
  50001: null,
};

/**
 * What to do after this answer of a robot (WeCom, "Global error codes", developer.work.weixin.qq.com/document/path/90313:
 * by `errcode`, for `errmsg` may change).
 */
export function judgeAnswer(response: HttpResponse, nowMs: number): Outcome {
  return judgeRobotAnswer('WeCom', response, nowMs, (code) => {
    const afterMs = PASSING[code];
    return afterMs === undefined ? undefined : { kind: 'retry', afterMs };
  });
}
