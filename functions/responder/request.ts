/** What a function URL hands over, as far as the responder looks at it (Lambda, payload format 2.0). */
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import type { Locale } from '../../shared/config/model.ts';

/** A form of ours has a name, a choice and a comment, each character of which may take nine bytes as it is sent. */
const BODY_BYTES_MAX = 8192;
const TOKEN_PATH = /^\/([A-Za-z0-9_.-]+)$/;

export interface PageRequest {
  /** Upper case. */
  method: string;
  /** What stands in a link's place. */
  token: string;
  locale: Locale;
  /** The browser says that a page of another site sent this. */
  foreign: boolean;
  /** What was filled in; `too large` and `not a form` are refused unread. */
  form: { kind: 'fields'; fields: URLSearchParams } | { kind: 'none' | 'too large' | 'not a form' };
}

/** The request as far as it matters here; what is hostile about it is noted, not refused. */
export function readRequest(event: LambdaFunctionURLEvent): PageRequest {
  const { headers } = event;
  const asked = new URLSearchParams(event.rawQueryString).get('lang');
  return {
    method: event.requestContext.http.method.toUpperCase(),
    token: TOKEN_PATH.exec(event.rawPath)?.[1] ?? '',
    locale: localeOf(asked ?? headers['accept-language'] ?? 'en'),
    // Older browsers do not say; there the unguessable address alone keeps others out.
    foreign: !['same-origin', 'none', undefined].includes(headers['sec-fetch-site']),
    form: formOf(event),
  };
}

/** The first of the reader's languages that there is, by the order in which browsers list them. */
function localeOf(wanted: string): Locale {
  for (const part of wanted.toLowerCase().split(',')) {
    if (part.trim().startsWith('zh')) return 'zh-CN';
    if (part.trim().startsWith('en')) return 'en';
  }
  return 'en';
}

function formOf({ body, headers, isBase64Encoded }: LambdaFunctionURLEvent): PageRequest['form'] {
  if (body === undefined || body === '') return { kind: 'none' };
  if (body.length > BODY_BYTES_MAX * 2) return { kind: 'too large' };
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  if (Buffer.byteLength(text) > BODY_BYTES_MAX) return { kind: 'too large' };
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return { kind: 'not a form' };
  return { kind: 'fields', fields: new URLSearchParams(text) };
}
