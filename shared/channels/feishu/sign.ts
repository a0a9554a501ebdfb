import { createHmac } from 'node:crypto';

/**
 * The signature of a custom bot: HMAC-SHA256 whose key is `timestamp + "\n" + secret` over an empty message, in
 * base64 (Feishu, "Use custom bots in a group", security settings). Valid for an hour around `timestampS`.
 * @param timestampS seconds since the epoch
 */
export function sign(timestampS: number, secret: string): string {
  return createHmac('sha256', `${timestampS}\n${secret}`).digest('base64');
}
