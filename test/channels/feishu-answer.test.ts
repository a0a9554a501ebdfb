import { describe, expect, it } from 'vitest';
import { judgeAnswer } from '../../shared/channels/feishu/answer.ts';

const OK = '{"code":0,"msg":"success","data":{},"StatusCode":0,"StatusMessage":"success"}';
const refused = (code: number, msg: string) => JSON.stringify({ code, data: {}, msg });

/** The table of Feishu's answers: [what, HTTP status, body, headers, outcome, wait in ms]. */
const TABLE: [string, number, string, Record<string, string>, string, (number | null)?][] = [
  ['success', 200, OK, {}, 'delivered'],
  ['success, old form only', 200, '{"StatusCode":0,"StatusMessage":"success"}', {}, 'delivered'],
  ['code before StatusCode', 200, '{"code":19024,"msg":"Key Words Not Found","StatusCode":0}', {}, 'failed'],
  ['9499 malformed', 200, refused(9499, 'Bad Request'), {}, 'failed'],
  ['9499 malformed as HTTP 400', 400, refused(9499, 'Bad Request'), {}, 'failed'],
  ['9499 rate limit', 200, refused(9499, 'too many request'), {}, 'retry', null],
  ['9499 rate limit as HTTP 400', 400, refused(9499, 'too many request'), {}, 'retry', null],
  ['11232', 200, refused(11232, 'frequency limited psm[x]appID[1500]'), {}, 'retry', null],
  ['11246 user', 200, refused(11246, 'invalid user resource, ErrCode: 100290'), {}, 'simplify'],
  ['11246 chart', 200, refused(11246, 'ErrCode: 200550; ErrMsg: chart spec is invalid'), {}, 'simplify'],
  ['11246 image', 200, refused(11246, 'ErrCode: 200570'), {}, 'simplify'],
  ['11246 passing', 200, refused(11246, 'Service Internal Error'), {}, 'retry', null],
  ['11247', 200, refused(11247, 'internal send message is limited'), {}, 'retry', null],
  ['2200', 200, refused(2200, 'internal error'), {}, 'retry', null],
  ['19001', 200, refused(19001, 'incoming webhook access token invalid'), {}, 'failed'],
  ['19002', 200, refused(19002, 'params error, msg_type need'), {}, 'failed'],
  ['19021', 200, refused(19021, 'sign match fail or timestamp is not within one hour'), {}, 'resign'],
  ['19022', 200, refused(19022, 'Ip Not Allowed'), {}, 'failed'],
  ['19024', 200, refused(19024, 'Key Words Not Found'), {}, 'failed'],
  ['19036', 200, refused(19036, 'exceeds the size limit'), {}, 'simplify'],
  ['11248', 200, refused(11248, 'audit'), {}, 'failed'],
  ['11312', 200, refused(11312, 'audit'), {}, 'failed'],
  ['18054', 200, refused(18054, 'audit'), {}, 'failed'],
  ['11242', 200, refused(11242, 'banned'), {}, 'failed'],
  ['11249', 200, refused(11249, 'bot missing'), {}, 'failed'],
  ['99991300', 400, refused(99991300, 'not JSON'), {}, 'failed'],
  ['gateway limit', 200, refused(99991400, 'limit'), { 'x-ogw-ratelimit-reset': '7' }, 'retry', 7000],
  ['HTTP 429', 429, '', { 'x-ogw-ratelimit-reset': '3' }, 'retry', 3000],
  ['HTTP 429 with Retry-After', 429, 'slow down', { 'retry-after': '10' }, 'retry', 10_000],
  ['HTTP 500', 500, 'oops', {}, 'retry', null],
  ['HTTP 502 with markup', 502, '<html>', {}, 'retry', null],
  ['HTTP 503 with an unknown code', 503, refused(7, 'x'), {}, 'retry', null],
  ['HTTP 404', 404, '404 page not found', {}, 'failed'],
  ['a redirect', 302, '', {}, 'failed'],
  ['HTTP 200 without JSON', 200, '<html>portal</html>', {}, 'retry', null],
  ['an unknown code', 200, refused(424242, 'new'), {}, 'failed'],
];

describe('answers of a Feishu bot', () => {
  it.each(TABLE)('%s', (_what, status, body, headers, outcome, afterMs) => {
    const verdict = judgeAnswer({ status, body, headers });
    expect(verdict.outcome).toBe(outcome);
    if (verdict.outcome === 'retry') expect(verdict.afterMs).toBe(afterMs);
    if (verdict.outcome !== 'delivered')
      expect(verdict.reason).toMatch(/^Feishu (?:refused with|answered HTTP) \d+/);
  });
});
