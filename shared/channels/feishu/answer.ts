import { jsonFields } from '../../json.ts';
import type { HttpResponse } from '../../ports.ts';
import { cutBytes, oneLine } from '../../text/plain.ts';
import type { Outcome } from '../channel.ts';

/** What an answer asks for: an outcome, or another try within the same attempt. */
export type Verdict =
  | Outcome
  /** The signature was refused: sign anew and send once more. */
  | { outcome: 'resign'; reason: string }
  /** The card was refused or is too big: send it in a simpler form. */
  | { outcome: 'simplify'; reason: string };

type Kind = 'retry' | 'failed' | 'resign' | 'simplify';

/** Feishu's error codes for custom bots, as their guide and users report them; 9499 and 11246 ask the message too. */
const CODES: Record<number, Kind> = {
  2200: 'retry',
  11232: 'retry',
  11242: 'failed',
  11247: 'retry',
  11248: 'failed',
  11249: 'failed',
  11312: 'failed',
  18054: 'failed',
  19001: 'failed',
  19002: 'failed',
  19021: 'resign',
  19022: 'failed',
  19024: 'failed',
  19036: 'simplify',
  99991300: 'failed',
  99991400: 'retry',
};

/** HTTP statuses below 500 that pass. */
const PASSING_STATUSES = new Set([408, 425, 429]);

interface Answer {
  code: number | null;
  message: string;
}

function numeric(value: unknown): number | null {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  return typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : null;
}

/** `code` and `msg`; the older `StatusCode` and `StatusMessage` only where `code` is missing. */
function readAnswer(body: string): Answer {
  const { code, msg, StatusCode, StatusMessage } = jsonFields(body);
  const message = typeof msg === 'string' ? msg : typeof StatusMessage === 'string' ? StatusMessage : '';
  return {
    code: code === undefined ? numeric(StatusCode) : numeric(code),
    message: cutBytes(oneLine(message), 200),
  };
}

function kindOf(code: number, message: string): Kind {
  if (code === 9499) return /too many request/i.test(message) ? 'retry' : 'failed';
  if (code === 11246) return /service internal error/i.test(message) ? 'retry' : 'simplify';
  return CODES[code] ?? 'failed';
}

/** The wait that the gateway or a proxy asks for, ms: seconds in either header. */
function waitOf(headers: HttpResponse['headers']): number | null {
  const seconds = numeric(headers['x-ogw-ratelimit-reset']?.trim() ?? headers['retry-after']?.trim());
  return seconds === null ? null : seconds * 1000;
}

function byStatus(status: number, afterMs: number | null): Outcome {
  if (status >= 500 || PASSING_STATUSES.has(status)) {
    return { outcome: 'retry', afterMs, reason: `Feishu answered HTTP ${status}` };
  }
  // Without a code nothing says that the message was taken: at least once is the promise.
  if (status >= 200 && status < 300) {
    return { outcome: 'retry', afterMs, reason: `Feishu answered HTTP ${status} without a code` };
  }
  return { outcome: 'failed', reason: `Feishu answered HTTP ${status}` };
}

/** What to do after this answer of a bot's webhook. Business errors usually come as HTTP 200: the code decides. */
export function judgeAnswer(response: HttpResponse): Verdict {
  const { code, message } = readAnswer(response.body);
  const afterMs = waitOf(response.headers);
  if (code === null) return byStatus(response.status, afterMs);
  if (code === 0) {
    return response.status < 300
      ? { outcome: 'delivered', reference: null }
      : byStatus(response.status, afterMs);
  }
  const reason = `Feishu refused with ${code}${message === '' ? '' : `: ${message}`}`;
  const passing = response.status >= 500 || PASSING_STATUSES.has(response.status);
  const kind = passing && CODES[code] === undefined && code !== 9499 ? 'retry' : kindOf(code, message);
  if (kind === 'retry') return { outcome: 'retry', afterMs, reason };
  return { outcome: kind, reason };
}
