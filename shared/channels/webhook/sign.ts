import { createHmac } from 'node:crypto';

/**
 * The headers that prove who sent a body and when: `x-tocsin-timestamp` (seconds since the epoch) and
 * `x-tocsin-signature`, `v1=` and the hex HMAC-SHA256 under the secret over `timestamp + "." + body`. How to verify
 * them stands in README.md of the channels.
 */
export function signatureHeaders(body: string, secret: string, nowMs: number): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return { 'x-tocsin-timestamp': timestamp, 'x-tocsin-signature': `v1=${signature}` };
}
