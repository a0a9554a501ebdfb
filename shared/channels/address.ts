import * as z from 'zod';
import { parseSecret } from '../config/secrets.ts';

const EXPECTED = 'an address such as https://example.com/hook, or secret:NAME';

function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** Where to post: an address that is no secret by itself, or the reference to one that is. */
export const addressSchema = z
  .string({ error: EXPECTED })
  .refine((text) => parseSecret(text) !== null || isAddress(text), {
    error: 'is no web address',
    params: { expected: EXPECTED },
  })
  .refine((text) => !isAddress(text) || new URL(text).password === '', {
    error: 'holds a password',
    params: { expected: 'secret:NAME, a secret that holds the whole address' },
  });

/** The address to send to, and the header that its user and password become (RFC 7617); null: it is none. */
export function splitAddress(text: string): { url: URL; headers: Record<string, string> } | null {
  if (!isAddress(text)) return null;
  const url = new URL(text);
  const { username, password } = url;
  if (username === '' && password === '') return { url, headers: {} };
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  url.username = '';
  url.password = '';
  return { url, headers: { authorization: `Basic ${Buffer.from(pair, 'utf8').toString('base64')}` } };
}
