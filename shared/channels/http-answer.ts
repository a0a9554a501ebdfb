import type { HttpResponse } from '../ports.ts';
import { cutBytes, oneLine } from '../text/plain.ts';
import type { Outcome } from './channel.ts';

/** HTTP statuses below 500 that pass. */
const PASSING_STATUSES = new Set([408, 425, 429]);
const WAIT_MS_MAX = 6 * 3_600_000;
const DETAIL_BYTES_MAX = 200;

/**
 * The wait that an answer asks for, ms: `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3); null: it
 * asks for none.
 * @param nowMs milliseconds since the epoch
 */
export function retryAfterMs(headers: HttpResponse['headers'], nowMs: number): number | null {
  const text = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * 1000, WAIT_MS_MAX);
  const date = /[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.min(Math.max(date - nowMs, 0), WAIT_MS_MAX);
}

/** Whether the same request may be taken later. */
export function isPassing(status: number): boolean {
  return status >= 500 || PASSING_STATUSES.has(status);
}

/** The start of what an answer says, on one line. */
export function answerText(body: string): string {
  return cutBytes(oneLine(body), DETAIL_BYTES_MAX);
}

/** What an answer means by its status alone. `provider` names who answered, `detail` what it said. */
export function judgeStatus(provider: string, response: HttpResponse, nowMs: number, detail = ''): Outcome {
  const { status, headers } = response;
  if (status >= 200 && status < 300) return { outcome: 'delivered', reference: null };
  const said = detail === '' ? '' : `: ${detail}`;
  const reason = `${provider} answered HTTP ${status}${said}`;
  if (isPassing(status)) return { outcome: 'retry', afterMs: retryAfterMs(headers, nowMs), reason };
  if (status >= 300 && status < 400) {
    return { outcome: 'failed', reason: `${reason}; redirects are not followed` };
  }
  return { outcome: 'failed', reason };
}
