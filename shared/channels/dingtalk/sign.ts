import { createHmac } from 'node:crypto';

/**
 * The robot's address with its signature: HMAC-SHA256 under the secret over `timestamp + "\n" + secret`, in base64
 * (DingTalk, "Custom robot security settings"). Valid for an hour around `nowMs`.
 */
export function signedUrl(webhook: string, secret: string | null, nowMs: number): string {
  if (secret === null) return webhook;
  const url = new URL(webhook);
  url.searchParams.set('timestamp', String(nowMs));
  url.searchParams.set('sign', createHmac('sha256', secret).update(`${nowMs}\n${secret}`).digest('base64'));
  return url.href;
}
