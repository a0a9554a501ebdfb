/** The page of what stand-ins were sent: the newest on top, more as it comes, in both languages. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PAGE_SCRIPT, PAGE_STYLE } from './style.ts';

export interface PageWords {
  title: string;
  /** What is shown, in a sentence. */
  what: string;
  /** Where nothing was sent yet. */
  empty: string;
}

export type Language = 'en' | 'zh-CN';

/** Something that was sent; `seq` grows with each. */
export interface Entry {
  seq: number;
  html: () => string;
}

/** Everything that was sent so far, in any order. */
export type EntriesOf = (language: Language) => Entry[];

const OTHER = { en: { lang: 'zh-CN', name: '中文' }, 'zh-CN': { lang: 'en', name: 'English' } } as const;
export const REFUSED: Record<Language, string> = { en: 'refused', 'zh-CN': '已拒绝' };

/** Inline style and script are allowed by their hashes alone: log text can bring in neither. */
function hashed(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src ${hashed(PAGE_STYLE)}`,
    `script-src ${hashed(PAGE_SCRIPT)}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Serves the page, and the part of it that is newer than `?after=`. */
export function servePage(
  request: IncomingMessage,
  response: ServerResponse,
  words: Record<Language, PageWords>,
  entriesOf: EntriesOf,
): void {
  const url = new URL(request.url ?? '/', 'http://stand-in');
  const language = languageOf(url, request);
  if (url.pathname === '/messages') {
    const { html, seq } = newest(entriesOf(language), Number(url.searchParams.get('after') ?? 0) || 0);
    response.writeHead(200, { ...HEADERS, 'x-seq': String(seq) }).end(html);
    return;
  }
  response.writeHead(200, HEADERS).end(pageHtml(words[language], newest(entriesOf(language), 0), language));
}

function languageOf(url: URL, request: IncomingMessage): Language {
  const asked = url.searchParams.get('lang') ?? request.headers['accept-language'] ?? '';
  return asked.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

interface Shown {
  html: string;
  seq: number;
}

function newest(entries: readonly Entry[], after: number): Shown {
  const shown = entries.filter(({ seq }) => seq > after).toSorted((a, b) => b.seq - a.seq);
  return { html: shown.map(({ html }) => html()).join(''), seq: shown[0]?.seq ?? after };
}

function pageHtml({ title, what, empty }: PageWords, { html, seq }: Shown, language: Language): string {
  const { lang, name } = OTHER[language];
  return (
    `<!DOCTYPE html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
    `<title>${title}</title><style>${PAGE_STYLE}</style></head><body>` +
    `<header class="top"><h1>${title}</h1><p>${what}</p><a href="/?lang=${lang}" lang="${lang}">${name}</a></header>` +
    `<main>${html === '' ? `<p class="empty">${empty}</p>` : ''}<div id="messages" data-seq="${seq}" aria-live="polite">${html}</div></main>` +
    `<script>${PAGE_SCRIPT}</script></body></html>`
  );
}

/** Time of day of an instant (ms). */
export function timeText(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}
