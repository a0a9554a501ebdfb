import type { LambdaFunctionURLResult } from 'aws-lambda';
import { STYLE_HASH } from './pages/style.ts';

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src '${STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  // The address is a key: it must not travel to where a runbook link leads.
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow, noarchive',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

export type Answer = Exclude<LambdaFunctionURLResult, string>;

/** A page with the headers that every page has. */
export function page(statusCode: number, html: string, more: Record<string, string> = {}): Answer {
  return { statusCode, headers: { ...HEADERS, ...more }, body: html };
}
