import { createHmac, timingSafeEqual } from 'node:crypto';
import { hasFields, parsedJson } from '../../../shared/json.ts';
import { type Answer, cardRefusal, refusal, success } from './answers.ts';
import { checkCard } from './card-check.ts';

/** A custom bot and its security settings. */
export interface Bot {
  /** Signature key; absent: unsigned requests pass. */
  secret?: string | undefined;
  keyword?: string | undefined;
  /** Whether the chat lets bots mention everybody (true). */
  atAll?: boolean | undefined;
  /** Shown on the page in place of the masked token. */
  name?: string | undefined;
}

/** The guide for bots says 20 KB. */
const BODY_BYTES_MAX = 20 * 1024;
const SIGNATURE_AGE_S_MAX = 3600;

type Json = Record<string, unknown>;

function isSigned(body: Json, secret: string, nowMs: number): boolean {
  const timestamp = String(body.timestamp ?? '');
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > SIGNATURE_AGE_S_MAX) return false;
  const expected = createHmac('sha256', `${timestamp}\n${secret}`).digest();
  const given = Buffer.from(String(body.sign ?? ''), 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** All text and title values below a node: where a keyword counts. */
function texts(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(texts);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    if (typeof value !== 'string') return texts(value);
    return ['text', 'title', 'content'].includes(key) ? [value] : [];
  });
}

function contentAnswer(body: Json, bot: Bot): Answer {
  const content = body.content as Json | undefined;
  switch (body.msg_type) {
    case 'text':
      return typeof content?.text === 'string' && content.text !== '' ? success() : refusal(9499);
    case 'post':
      return typeof content?.post === 'object' && content.post !== null ? success() : refusal(9499);
    case 'interactive': {
      if (typeof body.card !== 'object' || body.card === null) return refusal(9499);
      const fault = checkCard(body.card, bot.atAll !== false);
      return fault === null ? success() : cardRefusal(fault.subCode, fault.why);
    }
    default:
      return refusal(19002);
  }
}

function parse(raw: string): Json | null {
  const body = parsedJson(raw);
  return hasFields(body) && !Array.isArray(body) ? body : null;
}

/** What the service answers to this body for this bot (null: unknown token), rate limits aside. */
export function judgeRequest(
  raw: string,
  bot: Bot | null,
  nowMs: number,
): { answer: Answer; body: Json | null } {
  if (Buffer.byteLength(raw) > BODY_BYTES_MAX) return { answer: refusal(19036), body: null };
  const body = parse(raw);
  if (body === null) return { answer: refusal(99991300, undefined, 400), body };
  if (bot === null) return { answer: refusal(19001), body };
  if (bot.secret !== undefined && !isSigned(body, bot.secret, nowMs)) return { answer: refusal(19021), body };
  if (typeof body.msg_type !== 'string') return { answer: refusal(19002), body };
  if (bot.keyword !== undefined && !texts(body).some((text) => text.includes(bot.keyword ?? ''))) {
    return { answer: refusal(19024), body };
  }
  return { answer: contentAnswer(body, bot), body };
}
